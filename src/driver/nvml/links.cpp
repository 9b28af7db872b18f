// SPDX-License-Identifier: Apache-2.0
// Lists NVLinks by number and reads their counters in batches.
#include "driver/nvml/links.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <span>
#include <vector>

namespace gander::driver::nvml {
namespace {

constexpr std::uint32_t most_links = 36;
constexpr double kibibyte = 1024;
constexpr double megabyte = 1e6;
// A counter beyond this is a sentinel: a link would need years for it.
constexpr std::uint64_t most_count = std::uint64_t{1} << 56U;

/// One value of the batch call for each link.
using Values = std::vector<Reading>;

bool ends_list(Code code) {
  return classify(code) == CodeClass::structural || code == code::invalid_argument;
}

Known<std::uint64_t> number_of(const FieldValue& field) {
  if (field.code == code::invalid_argument) return Missing::not_supported;
  if (field.code != code::success) return missing_of(field.code);
  std::uint64_t wide = 0;
  std::uint32_t narrow = 0;
  switch (field.type) {
    case kind::field_type_unsigned:
      std::memcpy(&narrow, field.value.data(), sizeof narrow);
      wide = narrow;
      break;
    case kind::field_type_unsigned_long:
    case kind::field_type_unsigned_long_long:
      std::memcpy(&wide, field.value.data(), sizeof wide);
      break;
    default:
      return Missing::no_data;
  }
  if (wide >= most_count) return Missing::no_data;
  return wide;
}

Reading scaled(const Known<std::uint64_t>& number, double scale) {
  if (!number.is_known()) return number.reason();
  return static_cast<double>(number.value()) * scale;
}

/// What the same fields say of each link, one call for all.
class LinkFields {
 public:
  LinkFields(DeviceCalls& calls, std::span<const std::uint32_t> fields) : calls_(calls) {
    for (const Link& link : calls.entry().memory.links.links) {
      for (const std::uint32_t field : fields) {
        FieldValue& value = values_.emplace_back();
        value.field = field;
        value.scope = link.number;
      }
    }
    width_ = fields.size();
  }

  /// Succeeds where at least one link has one of the fields; else tells what they all said.
  Code fetch() {
    const Code code =
        calls_.call(calls_.symbols().fields, static_cast<int>(values_.size()), values_.data());
    if (code == code::invalid_argument) return code::not_supported;
    if (code != code::success || values_.empty()) return code;
    const auto works = [](const FieldValue& value) { return value.code == code::success; };
    if (std::ranges::any_of(values_, works)) return code::success;
    const Code first = values_.front().code;
    return first == code::invalid_argument ? code::not_supported : first;
  }
  [[nodiscard]] Known<std::uint64_t> number(std::size_t link, std::size_t field) const {
    const FieldValue& value = values_[link * width_ + field];
    if (value.code != code::success) calls_.set_failure(value.code);
    return number_of(value);
  }

 private:
  DeviceCalls& calls_;
  std::vector<FieldValue> values_;
  std::size_t width_ = 0;
};

// --- What stays the same -----------------------------------------------------------------------

// The library counts versions: 1, 2, 2.2, 3, 3.1, 4, 5, 6. What matters is the generation.
Known<std::uint32_t> ask_version(DeviceCalls& calls, std::uint32_t link) {
  constexpr std::array<std::uint32_t, 9> generations{0, 1, 2, 2, 3, 3, 4, 5, 6};
  std::uint32_t version = 0;
  const Code code = calls.call(calls.symbols().link_version, link, &version);
  if (code != code::success) return missing_of(code);
  if (version == 0 || version >= generations.size()) return Missing::no_data;
  return generations[version];
}

Known<LinkEnd> ask_remote_type(DeviceCalls& calls, std::uint32_t link) {
  std::uint32_t type = 0;
  const Code code = calls.call(calls.symbols().link_remote_type, link, &type);
  if (code != code::success) return missing_of(code);
  if (type == kind::link_to_gpu) return LinkEnd::gpu;
  if (type == kind::link_to_npu) return LinkEnd::npu;
  if (type == kind::link_to_switch) return LinkEnd::network_switch;
  return Missing::no_data;
}

Known<std::string> ask_remote_bus_id(DeviceCalls& calls, std::uint32_t link) {
  PciInfo info;
  Code code = calls.call(calls.symbols().link_remote_pci_v2, link, &info);
  bool is_short = false;
  if (classify(code) == CodeClass::structural) {
    info = {};
    is_short = true;
    code = calls.call(calls.symbols().link_remote_pci_v1, link, &info);
  }
  if (code != code::success) return missing_of(code);
  info.bus_id.back() = info.bus_id_legacy.back() = '\0';
  const auto bus_id = normalize_bus_id(is_short ? info.bus_id_legacy.data() : info.bus_id.data());
  if (!bus_id) return Missing::no_data;
  return *bus_id;
}

Known<Switch> switch_of(std::uint64_t number) {
  if (number > 1) return Missing::no_data;
  return number == 1 ? Switch::on : Switch::off;
}

void list_links(DeviceCalls& calls) {
  LinkMemory& memory = calls.entry().memory.links;
  std::vector<Link> links;
  for (std::uint32_t number = 0; number < most_links; ++number) {
    std::uint32_t state = 0;
    const Code code = calls.call(calls.symbols().link_state, number, &state);
    if (ends_list(code)) break;
    // What cannot be listed now is listed the next time.
    if (code != code::success) return;
    Link& link = links.emplace_back();
    link.number = number;
    link.state = switch_of(state);
    link.version = ask_version(calls, number);
    link.remote_type = ask_remote_type(calls, number);
    link.remote_pci_bus_id = ask_remote_bus_id(calls, number);
  }
  if (calls.obstacle() != Missing::not_sampled) return;
  memory.links = std::move(links);
  memory.is_listed = true;
}

// --- States ------------------------------------------------------------------------------------

Code states_from_fields(DeviceCalls& calls, std::vector<Known<Switch>>& states) {
  constexpr std::array fields{kind::field_link_state};
  LinkFields batch{calls, fields};
  const Code code = batch.fetch();
  if (code != code::success) return code;
  for (std::size_t i = 0; i < calls.entry().memory.links.links.size(); ++i) {
    const auto number = batch.number(i, 0);
    states.push_back(number.is_known() ? switch_of(number.value())
                                       : Known<Switch>{number.reason()});
  }
  return code;
}

Code states_one_by_one(DeviceCalls& calls, std::vector<Known<Switch>>& states) {
  Code last = code::success;
  for (const Link& link : calls.entry().memory.links.links) {
    std::uint32_t state = 0;
    last = calls.call(calls.symbols().link_state, link.number, &state);
    states.push_back(last == code::success ? switch_of(state) : Known<Switch>{missing_of(last)});
  }
  return last;
}

void refresh_states(DeviceCalls& calls) {
  LinkMemory& memory = calls.entry().memory.links;
  const auto states = calls.ask<std::vector<Known<Switch>>>(
      Question::link_state, [&](auto& value) { return states_from_fields(calls, value); },
      [&](auto& value) { return states_one_by_one(calls, value); });
  for (std::size_t i = 0; i < memory.links.size(); ++i) {
    memory.links[i].state = states.is_known() ? states.value()[i] : Known<Switch>{states.reason()};
  }
}

void count_switch_links(LinkMemory& memory) {
  const auto count = std::ranges::count_if(memory.links, [](const Link& link) {
    return link.state == Known{Switch::on} && link.remote_type == Known{LinkEnd::network_switch};
  });
  memory.switch_links = static_cast<std::uint32_t>(count);
}

// --- Counters ----------------------------------------------------------------------------------

/// What one kind of question has for each link, in the order of the table below.
using LinkTable = std::vector<std::array<Reading, 3>>;
using Form = Code (*)(DeviceCalls&, LinkTable&);

template <std::uint32_t first, std::uint32_t second>
Code ask_traffic(DeviceCalls& calls, LinkTable& table, double scale) {
  constexpr std::array fields{first, second};
  LinkFields batch{calls, fields};
  const Code code = batch.fetch();
  if (code != code::success) return code;
  for (std::size_t i = 0; i < calls.entry().memory.links.links.size(); ++i) {
    table.push_back({scaled(batch.number(i, 0), scale), scaled(batch.number(i, 1), scale)});
  }
  return code;
}

Code traffic_in_kibibytes(DeviceCalls& calls, LinkTable& table) {
  return ask_traffic<kind::field_link_transmit_kib, kind::field_link_receive_kib>(calls, table,
                                                                                  kibibyte);
}

Code traffic_in_bytes(DeviceCalls& calls, LinkTable& table) {
  return ask_traffic<kind::field_link_transmit_bytes, kind::field_link_receive_bytes>(calls, table,
                                                                                      1);
}

Code speeds(DeviceCalls& calls, LinkTable& table) {
  constexpr std::array fields{kind::field_link_speed};
  LinkFields batch{calls, fields};
  const Code code = batch.fetch();
  if (code != code::success) return code;
  for (std::size_t i = 0; i < calls.entry().memory.links.links.size(); ++i) {
    table.push_back({scaled(batch.number(i, 0), megabyte)});
  }
  return code;
}

Code errors_from_fields(DeviceCalls& calls, LinkTable& table) {
  constexpr std::array fields{kind::field_link_crc, kind::field_link_replay,
                              kind::field_link_recovery};
  LinkFields batch{calls, fields};
  const Code code = batch.fetch();
  if (code != code::success) return code;
  for (std::size_t i = 0; i < calls.entry().memory.links.links.size(); ++i) {
    table.push_back({scaled(batch.number(i, 0), 1), scaled(batch.number(i, 1), 1),
                     scaled(batch.number(i, 2), 1)});
  }
  return code;
}

Reading count_errors(DeviceCalls& calls, std::uint32_t link, std::uint32_t counter, Code& code) {
  std::uint64_t count = 0;
  code = calls.call(calls.symbols().link_errors, link, counter, &count);
  if (code != code::success) {
    calls.set_failure(code);
    return missing_of(code);
  }
  return count < most_count ? Reading{static_cast<double>(count)} : Reading{Missing::no_data};
}

Code errors_one_by_one(DeviceCalls& calls, LinkTable& table) {
  Code answer = code::not_supported;
  for (const Link& link : calls.entry().memory.links.links) {
    std::array<Code, 4> codes{};
    Reading crc = count_errors(calls, link.number, kind::link_error_crc_flit, codes[0]);
    const Reading data = count_errors(calls, link.number, kind::link_error_crc_data, codes[1]);
    if (crc.is_known() && data.is_known()) crc = crc.value() + data.value();
    const Reading replay = count_errors(calls, link.number, kind::link_error_replay, codes[2]);
    const Reading recovery = count_errors(calls, link.number, kind::link_error_recovery, codes[3]);
    table.push_back({crc, replay, recovery});
    for (const Code code : codes) {
      if (classify(code) != CodeClass::structural) answer = code::success;
    }
  }
  return answer;
}

// The links of Blackwell count recoveries only.
Code recoveries_from_fields(DeviceCalls& calls, LinkTable& table) {
  constexpr std::array fields{kind::field_link_recoveries};
  LinkFields batch{calls, fields};
  const Code code = batch.fetch();
  if (code != code::success) return code;
  for (std::size_t i = 0; i < calls.entry().memory.links.links.size(); ++i) {
    table.push_back(
        {Missing::not_supported, Missing::not_supported, scaled(batch.number(i, 0), 1)});
  }
  return code;
}

/// Metrics that come from one question, and its forms, newest first.
struct Group {
  Question question;
  std::array<Metric, 3> metrics;
  std::size_t count;
  std::array<Form, 3> forms;
};

Code no_form(DeviceCalls& /*calls*/, LinkTable& /*table*/) { return code::function_not_found; }

using M = Metric;
constexpr std::array groups{
    Group{Question::link_traffic,
          {M::link_transmit_total, M::link_receive_total},
          2,
          {traffic_in_kibibytes, traffic_in_bytes, no_form}},
    Group{Question::link_speed, {M::link_speed}, 1, {speeds, no_form, no_form}},
    Group{Question::link_errors,
          {M::link_crc_errors, M::link_replay_errors, M::link_recovery_errors},
          3,
          {errors_from_fields, errors_one_by_one, recoveries_from_fields}},
};

std::span<const Metric> metrics_of(const Group& group) {
  return std::span{group.metrics}.first(group.count);
}

void store(LinkReadings& readings, const Group& group, const MetricSet& wanted,
           const std::array<Reading, 3>& values) {
  for (std::size_t i = 0; i < group.count; ++i) {
    if (wanted.contains(group.metrics[i])) readings[group.metrics[i]] = values[i];
  }
}

void read_group(DeviceCalls& calls, const Group& group, const MetricSet& wanted, Device& into) {
  const auto answer = calls.ask<LinkTable>(
      group.question, [&](LinkTable& table) { return group.forms[0](calls, table); },
      [&](LinkTable& table) { return group.forms[1](calls, table); },
      [&](LinkTable& table) { return group.forms[2](calls, table); });
  std::vector<Link>& kept = calls.entry().memory.links.links;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    std::array<Reading, 3> values{};
    if (answer.is_known()) {
      values = answer.value()[i];
    } else {
      values.fill(answer.reason());
    }
    for (std::size_t k = 0; k < group.count; ++k) {
      calls.check(row_of(group.metrics[k]).name, values[k]);
    }
    store(kept[i].readings, group, wanted, values);
    store(into.links[i].readings, group, wanted, values);
  }
}

bool is_wanted(const Group& group, const MetricSet& wanted) {
  return std::ranges::any_of(metrics_of(group), [&](Metric m) { return wanted.contains(m); });
}

}  // namespace

void describe_links(DeviceCalls& calls, Device& into) {
  if (calls.entry().is_instance()) return;
  LinkMemory& memory = calls.entry().memory.links;
  if (calls.obstacle() == Missing::not_sampled) {
    if (!memory.is_listed) {
      list_links(calls);
    } else if (!memory.links.empty()) {
      refresh_states(calls);
    }
    if (memory.is_listed) count_switch_links(memory);
  }
  into.links = memory.links;
}

void read_links(DeviceCalls& calls, const MetricSet& wanted, Device& into) {
  const std::vector<Link>& kept = calls.entry().memory.links.links;
  if (into.links.size() != kept.size()) into.links = kept;
  for (const Group& group : groups) {
    if (kept.empty() || !is_wanted(group, wanted)) continue;
    read_group(calls, group, wanted, into);
  }
}

bool is_link_metric(Metric metric) {
  return std::ranges::any_of(groups, [&](const Group& group) {
    const auto metrics = metrics_of(group);
    return std::ranges::find(metrics, metric) != metrics.end();
  });
}

}  // namespace gander::driver::nvml
