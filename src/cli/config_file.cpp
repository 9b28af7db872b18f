// SPDX-License-Identifier: Apache-2.0
// The tables [monitor], [keys] and [theme.NAME].
#include "cli/config_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/config_table.hpp"
#include "model/whole_number.hpp"
#include "text/nearest.hpp"
#include "tui/view/action.hpp"

namespace gander::cli {
namespace {

using sim::Array;
using sim::Entry;
using sim::quote_safely;
using sim::Table;
using sim::Value;

constexpr std::array<std::string_view, tui::role_count> role_names{
    "text", "muted",   "title", "frame",     "light",     "moderate",  "heavy",
    "good", "warning", "error", "key",       "accent",    "selection", "tagged",
    "cpu",  "memory",  "swap",  "graph_low", "graph_high"};

std::string spell(double number) { return fmt::format("{:g}", number); }

/// A value in the spelling of the table of settings; nothing for tables and the like.
std::optional<std::string> spell(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.content)) return *text;
  if (const auto* flag = std::get_if<bool>(&value.content)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&value.content)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value.content)) return spell(*number);
  const auto* list = std::get_if<Array>(&value.content);
  if (list == nullptr) return std::nullopt;
  std::string text;
  for (const Value& part : *list) {
    if (std::holds_alternative<Array>(part.content)) return std::nullopt;
    const auto word = spell(part);
    if (!word) return std::nullopt;
    text += (text.empty() ? "" : ",") + *word;
  }
  return text;
}

std::string hint(std::string_view word, const std::vector<std::string>& names) {
  const auto nearest = text::find_nearest(word, names);
  return nearest.empty() ? std::string{} : fmt::format("; is \"{}\" meant?", nearest);
}

std::optional<tui::Rgb> read_color(std::string_view text) {
  if (text.size() != 7 || text[0] != '#') return std::nullopt;
  const auto color = find_whole_number<std::uint32_t>(text.substr(1), 16);
  if (!color) return std::nullopt;
  const std::uint32_t value = *color;
  return tui::Rgb{static_cast<std::uint8_t>(value >> 16U), static_cast<std::uint8_t>(value >> 8U),
                  static_cast<std::uint8_t>(value)};
}

const std::string* text_of(const Value& value) { return std::get_if<std::string>(&value.content); }

}  // namespace

std::string ConfigReader::place(const Value& value) const {
  return fmt::format("{}:{}", name_, value.place.line);
}

tl::unexpected<Error> ConfigReader::refuse(const Value& value, std::string what) const {
  return fail(Fault::invalid_data, fmt::format("{}: {}", place(value), what));
}

Result<void> ConfigReader::read(std::string_view text, const std::string& name, Strength strength) {
  name_ = name;
  strength_ = strength;
  const auto tree = sim::parse_toml(text, name);
  if (!tree) return tl::make_unexpected(tree.error());
  const auto* table = std::get_if<Table>(&tree->content);
  if (table == nullptr) return {};
  for (const Entry& entry : *table) {
    Result<void> done;
    if (entry.key == "monitor") {
      done = read_monitor(entry.value);
    } else if (entry.key == "keys") {
      done = read_keys(entry.value);
    } else if (entry.key == "theme") {
      done = read_themes(entry.value);
    } else {
      done = refuse(entry.value, fmt::format("unknown table \"{}\"{}", quote_safely(entry.key),
                                             hint(entry.key, {"monitor", "keys", "theme"})));
    }
    if (!done) return done;
  }
  return {};
}

Result<void> ConfigReader::read_monitor(const Value& value) {
  const auto* table = std::get_if<Table>(&value.content);
  if (table == nullptr) return refuse(value, "\"monitor\" must be a table: [monitor]");
  for (const Entry& entry : *table) {
    ConfigSetting* setting = config_.find("monitor." + entry.key);
    if (setting == nullptr) {
      std::vector<std::string> names;
      for (const ConfigRow& row : config_rows()) {
        names.emplace_back(row.key.substr(row.key.find('.') + 1));
      }
      return refuse(entry.value, fmt::format("unknown key \"{}\" in [monitor]{}",
                                             quote_safely(entry.key), hint(entry.key, names)));
    }
    const auto text = spell(entry.value);
    const auto row = std::ranges::find(config_rows(), setting->key, &ConfigRow::key);
    if (!text || !row->accepts(*text)) {
      return refuse(entry.value, fmt::format("\"{}\" must be {}", entry.key, row->values));
    }
    if (setting->is_locked) continue;
    setting->value = *text;
    setting->origin = place(entry.value);
    setting->is_locked = strength_ == Strength::locks && entry.key == "readonly" && *text == "true";
  }
  return {};
}

Result<void> ConfigReader::read_keys(const Value& value) {
  const auto* table = std::get_if<Table>(&value.content);
  if (table == nullptr) return refuse(value, "\"keys\" must be a table: [keys]");
  for (const Entry& entry : *table) {
    if (!tui::find_action(entry.key)) {
      std::vector<std::string> names;
      for (const tui::ActionRow& row : tui::actions()) names.emplace_back(row.name);
      return refuse(entry.value, fmt::format("there is no action \"{}\"{}", quote_safely(entry.key),
                                             hint(entry.key, names)));
    }
    const auto* keys = text_of(entry.value);
    if (keys == nullptr) {
      return refuse(entry.value,
                    fmt::format("\"{}\" must be keys in quotes, such as \"x Alt-x\"", entry.key));
    }
    auto& bindings = config_.bindings_;
    std::erase_if(bindings, [&](const ConfigBinding& old) { return old.action == entry.key; });
    bindings.push_back({entry.key, *keys, place(entry.value)});
  }
  return {};
}

Result<void> ConfigReader::read_themes(const Value& value) {
  const auto* table = std::get_if<Table>(&value.content);
  if (table == nullptr) return refuse(value, "themes stand in tables: [theme.NAME]");
  for (const Entry& entry : *table) {
    if (const auto done = read_theme(entry); !done) return done;
  }
  return {};
}

Result<void> ConfigReader::read_theme(const Entry& entry) {
  const auto* table = std::get_if<Table>(&entry.value.content);
  if (table == nullptr) return refuse(entry.value, "a theme must be a table: [theme.NAME]");
  if (entry.key == "auto" || tui::find_theme(entry.key) != nullptr) {
    return refuse(entry.value, fmt::format("the theme \"{}\" is built in; choose another name",
                                           quote_safely(entry.key)));
  }
  tui::Theme theme = tui::built_in_themes().front();
  std::vector<std::string> names{"base"};
  names.insert(names.end(), role_names.begin(), role_names.end());
  const auto base = std::ranges::find(*table, "base", &Entry::key);
  if (base != table->end()) {
    const auto* name = text_of(base->value);
    const tui::Theme* found = name == nullptr ? nullptr : tui::find_theme(*name);
    if (found == nullptr) {
      return refuse(base->value,
                    "\"base\" must be a theme that is built in: dark, light, "
                    "high-contrast or color-blind");
    }
    theme = *found;
  }
  theme.name = entry.key;
  for (const Entry& color : *table) {
    if (color.key == "base") continue;
    const auto role = place_of(role_names, color.key);
    if (!role) {
      return refuse(color.value,
                    fmt::format("unknown role \"{}\" in [theme.{}]{}", quote_safely(color.key),
                                quote_safely(entry.key), hint(color.key, names)));
    }
    const auto* text = text_of(color.value);
    const auto rgb = text == nullptr ? std::nullopt : read_color(*text);
    if (!rgb) {
      return refuse(color.value, fmt::format("\"{}\" must be a colour \"#rrggbb\"", color.key));
    }
    theme.colors[*role] = *rgb;
  }
  std::erase_if(config_.themes_, [&](const tui::Theme& old) { return old.name == theme.name; });
  config_.themes_.push_back(std::move(theme));
  return {};
}

}  // namespace gander::cli
