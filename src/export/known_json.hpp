// SPDX-License-Identifier: Apache-2.0
// Values of an object of JSON of which some are unknown.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gander/reading.hpp"
#include "json/writer.hpp"

namespace gander {

/// Writes keys of an object that is open; what is unknown is `null`, and its reason stands in
/// `missing` at the end.
class KnownWriter {
 public:
  explicit KnownWriter(json::Writer& writer) : writer_(writer) {}

  void number(std::string_view key, const Reading& reading) {
    begin(key, reading);
    if (reading.is_known()) writer_.number(reading.value());
  }
  void string(std::string_view key, const Known<std::string>& text) {
    begin(key, text);
    if (text.is_known()) writer_.string(text.value());
  }
  /// Writes `missing`, also where nothing is.
  void finish() {
    writer_.key("missing");
    writer_.begin_object();
    for (const auto& [key, reason] : missing_) {
      writer_.key(key);
      writer_.string(name_of(reason));
    }
    writer_.end_object();
  }

 private:
  template <class T>
  void begin(std::string_view key, const Known<T>& value) {
    writer_.key(key);
    if (value.is_known()) return;
    writer_.null();
    missing_.emplace_back(key, value.reason());
  }

  json::Writer& writer_;
  std::vector<std::pair<std::string_view, Missing>> missing_;
};

}  // namespace gander
