// SPDX-License-Identifier: Apache-2.0
// Reads the faults a machine begins with: hanging calls, error codes, latencies.
#include <fmt/format.h>

#include <algorithm>

#include "sim/machine/parts.hpp"
#include "sim/nvml/symbol_table.hpp"

namespace gander::sim {
namespace {

/// Calls are named as the driver names them, a prefix with "*", or "*" for all. A name that no call
/// has would be a fault that never happens.
bool is_call_name(const std::string& name) {
  if (name == "*") return true;
  if (!name.starts_with("nvml") || name.size() >= sizeof(CallFault::symbol)) return false;
  if (!name.ends_with('*')) return find_symbol(name) < symbol_table.size();
  const std::string_view prefix{name.data(), name.size() - 1};
  return std::any_of(symbol_table.begin(), symbol_table.end(),
                     [prefix](const Symbol& symbol) { return symbol.name.starts_with(prefix); });
}

CallFault make_fault(int gpu, const std::string& symbol) {
  CallFault fault{};
  fault.active = 1;
  fault.gpu = gpu;
  fault.code = -1;
  fault.remaining = -1;
  set_text(fault.symbol, symbol.c_str());
  return fault;
}

struct Latency {
  std::uint32_t least_us, jitter_us;
};

std::optional<std::uint32_t> parse_us(const std::string& text) {
  const auto duration = parse_duration(text);
  if (!duration || *duration > 3'600'000'000'000U) return std::nullopt;
  return static_cast<std::uint32_t>(*duration / 1000);
}

/// "20ms", or "20ms+5ms" for up to 5 ms more.
std::optional<Latency> parse_latency(const std::string& text) {
  const auto plus = text.find('+');
  const auto least = parse_us(text.substr(0, plus));
  if (!least) return std::nullopt;
  if (plus == std::string::npos) return Latency{*least, 0};
  const auto jitter = parse_us(text.substr(plus + 1));
  return jitter ? std::optional{Latency{*least, *jitter}} : std::nullopt;
}

/// Calls `each(symbol, value)` for the keys of the table under `key`.
template <class Each>
void read_calls(TableReader& reader, std::string_view key, Each each) {
  const Value* value = reader.find(key);
  if (value == nullptr) return;
  const auto* table = std::get_if<Table>(&value->content);
  if (table == nullptr) return reader.report(key, "write { nvmlDeviceGetTemperature = ... }");
  for (const auto& [symbol, content] : *table) {
    if (!is_call_name(symbol)) {
      reader.report(key, fmt::format("\"{}\" is no call of the driver", quote_safely(symbol)));
    }
    each(symbol, content);
  }
}

}  // namespace

void read_faults(TableReader& reader, int gpu, std::vector<CallFault>& faults) {
  std::vector<std::string> hanging;
  reader.texts("hang", hanging);
  for (const std::string& symbol : hanging) {
    if (!is_call_name(symbol)) {
      reader.report("hang", fmt::format("\"{}\" is no call of the driver", quote_safely(symbol)));
    }
    faults.push_back(make_fault(gpu, symbol));
    faults.back().hang = 1;
  }
  read_calls(reader, "error", [&](const std::string& symbol, const Value& value) {
    const auto code = as_number(value);
    if (!code || *code < 0 || *code > 999) return reader.report("error", "codes are 0 to 999");
    faults.push_back(make_fault(gpu, symbol));
    faults.back().code = static_cast<std::int32_t>(*code);
  });
  read_calls(reader, "latency", [&](const std::string& symbol, const Value& value) {
    const auto* text = std::get_if<std::string>(&value.content);
    const auto latency = parse_latency(text != nullptr ? *text : "");
    if (!latency) {
      return reader.report(
          "latency", R"(write durations like "20ms", with jitter "20ms+5ms", an hour at most)");
    }
    faults.push_back(make_fault(gpu, symbol));
    faults.back().latency_us = latency->least_us;
    faults.back().jitter_us = latency->jitter_us;
  });
}

}  // namespace gander::sim
