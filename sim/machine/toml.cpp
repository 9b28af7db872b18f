// SPDX-License-Identifier: Apache-2.0
// Turns TOML text into our own values: the one file that knows the TOML library.
#include <stdexcept>

#define TOML_HEADER_ONLY 1
// Hostile files trip the parser's own assertions: those become errors like all others.
[[noreturn]] static void give_up() { throw std::logic_error{"the parser gave up"}; }
#define TOML_ASSERT(claim) ((claim) ? static_cast<void>(0) : give_up())
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "sim/machine/value.hpp"

namespace gander::sim {
namespace {

constexpr std::size_t largest_file = 4U << 20U;

Place place_of(const toml::source_region& source) {
  return {source.begin.line, source.begin.column};
}

Result<Value> convert(const toml::node& node, const std::string& name);

Result<Value> convert_table(const toml::table& table, const std::string& name) {
  std::vector<const toml::key*> keys;
  for (const auto& [key, node] : table) keys.push_back(&key);
  std::sort(keys.begin(), keys.end(), [](const toml::key* a, const toml::key* b) {
    const auto& x = a->source().begin;
    const auto& y = b->source().begin;
    return x.line != y.line ? x.line < y.line : x.column < y.column;
  });
  Table out;
  for (const toml::key* key : keys) {
    auto value = convert(*table.get(*key), name);
    if (!value) return value;
    // The place of a value whose header stands elsewhere is the place of its key.
    if (value->place.line == 0) value->place = place_of(key->source());
    out.push_back(Entry{std::string{key->str()}, std::move(*value)});
  }
  return Value{place_of(table.source()), std::move(out)};
}

Result<Value> convert_array(const toml::array& array, const std::string& name) {
  Array out;
  for (const auto& node : array) {
    auto value = convert(node, name);
    if (!value) return value;
    out.push_back(std::move(*value));
  }
  return Value{place_of(array.source()), std::move(out)};
}

Result<Value> convert(const toml::node& node, const std::string& name) {
  const Place place = place_of(node.source());
  switch (node.type()) {
    case toml::node_type::table:
      return convert_table(*node.as_table(), name);
    case toml::node_type::array:
      return convert_array(*node.as_array(), name);
    case toml::node_type::string:
      return Value{place, node.as_string()->get()};
    case toml::node_type::integer:
      return Value{place, node.as_integer()->get()};
    case toml::node_type::floating_point:
      return Value{place, node.as_floating_point()->get()};
    case toml::node_type::boolean:
      return Value{place, node.as_boolean()->get()};
    default:
      return fail(gander::Fault::invalid_data,
                  fmt::format("{}:{}:{}: dates and times have no meaning here", name, place.line,
                              place.column));
  }
}

}  // namespace

Result<Value> parse_toml(std::string_view text, const std::string& name) {
  if (text.size() > largest_file) {
    return fail(gander::Fault::invalid_data,
                fmt::format("{}: larger than 4 MiB, no machine file", name));
  }
  try {
    return convert_table(toml::parse(text, std::string_view{name}), name);
  } catch (const toml::parse_error& error) {
    const auto place = place_of(error.source());
    return fail(gander::Fault::invalid_data,
                fmt::format("{}:{}:{}: {}", name, place.line, place.column,
                            quote_safely(error.description())));
  } catch (const std::exception& error) {
    return fail(gander::Fault::invalid_data,
                fmt::format("{}:1:1: no TOML: {}", name, quote_safely(error.what())));
  }
}

}  // namespace gander::sim
