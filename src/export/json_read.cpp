// SPDX-License-Identifier: Apache-2.0
// Reads a snapshot back from JSON of any origin, after the shape in json_shape.hpp.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "export/json.hpp"
#include "export/json_input.hpp"
#include "export/json_shape.hpp"
#include "json/reader.hpp"

namespace gander {
namespace {

/// Reads the fields of one object. A null counts as an absent key.
class ObjectInput {
 public:
  ObjectInput(const json::Value& object, Trail& trail)
      : object_(object), trail_(trail), missing_(object.find("missing")) {
    if (object.type() != json::Type::object) trail.stop_type("an object", object);
    if (missing_ && missing_->is_null()) missing_.reset();
    if (missing_ && missing_->type() != json::Type::object) {
      const Trail::Step step{trail_, "missing"};
      trail.stop_type("an object", *missing_);
    }
  }

  template <class T>
  void value(std::string_view key, T& out) {
    if (const auto found = find(key)) {
      const Trail::Step step{trail_, key};
      read_value(*found, trail_, out);
    }
  }
  void value(std::string_view key, std::optional<std::string>& out) {
    std::string text;
    if (!find(key)) return;
    value(key, text);
    out = std::move(text);
  }

  template <class T>
  void required(std::string_view key, T& out) {
    if (expect(key)) value(key, out);
  }
  void required_pid(std::string_view key, Pid& out) { required(key, out); }
  void moment(std::string_view key, double& out) {
    if (!expect(key)) return;
    const Trail::Step step{trail_, key};
    read_moment(*find(key), trail_, out);
  }

  template <class Enum>
  void word(std::string_view key, Enum& out, Enum unknown) {
    out = unknown;
    value(key, out);
  }
  /// Without this word the whole object says nothing, and is left out.
  template <class Enum>
  void required_word(std::string_view key, Enum& out) {
    const auto found = find(key);
    const Trail::Step step{trail_, key};
    if (!found || !read_value(*found, trail_, out)) is_dropped_ = true;
  }
  [[nodiscard]] bool is_dropped() const { return is_dropped_; }

  template <class T>
  void known(std::string_view key, Known<T>& out) {
    const auto found = find(key);
    if (!found) {
      out = reason_of(key);
      return;
    }
    const Trail::Step step{trail_, key};
    T value{};
    // Only a word we do not know leaves the value unset without an error: no data for us.
    out = read_value(*found, trail_, value) ? Known<T>{std::move(value)} : Missing::no_data;
  }

  template <Scope S>
  void readings(Readings<S>& readings) {
    for (const auto& row : rows_of(S)) known(row.name, readings[row.id]);
  }

  template <class T>
  void object(std::string_view key, T& out) {
    const auto found = find(key);
    if (!found) return;
    const Trail::Step step{trail_, key};
    ObjectInput form{*found, trail_};
    describe(form, out);
  }
  template <class T>
  void object(std::string_view key, std::optional<T>& out) {
    if (find(key)) object(key, out.emplace());
  }

  template <class T>
  void list(std::string_view key, std::vector<T>& out) {
    const auto found = find(key);
    if (!found) return;
    const Trail::Step step{trail_, key};
    if (found->type() != json::Type::array) return trail_.stop_type("an array", *found);
    const auto items = found->items();
    if (items.size() > json_list_limit) {
      return trail_.stop(Fault::invalid_data, fmt::format("{} entries are more than the {} allowed",
                                                          items.size(), json_list_limit));
    }
    for (std::size_t i = 0; i < items.size() && !trail_.error(); ++i) add(items[i], i, out);
  }

  /// The reasons were read with the fields they belong to.
  void missing() const {}

 private:
  template <class T>
  void add(const json::Value& item, std::size_t place, std::vector<T>& out) {
    const Trail::Step step{trail_, place};
    ObjectInput form{item, trail_};
    T value{};
    describe(form, value);
    if (!form.is_dropped()) out.push_back(std::move(value));
  }

  [[nodiscard]] std::optional<json::Value> find(std::string_view key) const {
    if (trail_.error()) return std::nullopt;
    const auto found = object_.find(key);
    return found && !found->is_null() ? found : std::nullopt;
  }

  bool expect(std::string_view key) {
    if (find(key)) return true;
    const Trail::Step step{trail_, key};
    trail_.stop(Fault::invalid_data, "this key is required");
    return false;
  }

  Missing reason_of(std::string_view key) {
    const auto found = missing_ && !trail_.error() ? missing_->find(key) : std::nullopt;
    if (!found || found->is_null()) return Missing::not_sampled;
    const Trail::Step outer{trail_, "missing"};
    const Trail::Step step{trail_, key};
    Missing reason = Missing::no_data;
    read_value(*found, trail_, reason);
    return reason;
  }

  json::Value object_;
  Trail& trail_;
  std::optional<json::Value> missing_;
  bool is_dropped_ = false;
};

void check_schema(const json::Value& root, Trail& trail) {
  ObjectInput form{root, trail};
  std::uint32_t schema{};
  form.required("schema", schema);
  if (trail.error()) return;
  if (schema == 0) return trail.stop(Fault::invalid_data, "schema 0 does not exist");
  if (schema > static_cast<std::uint32_t>(snapshot_schema)) {
    trail.stop(
        Fault::not_supported,
        fmt::format("it has schema {}, this gander reads up to schema {}; use a newer gander",
                    schema, snapshot_schema));
  }
}

}  // namespace

Result<Snapshot> read_json(std::string_view text) {
  const auto document = json::read(text);
  if (!document) return fail(document.error().fault, "snapshot: " + document.error().message);
  Trail trail;
  Snapshot snapshot;
  check_schema(document->root(), trail);
  if (!trail.error()) {
    ObjectInput form{document->root(), trail};
    describe(form, snapshot);
  }
  if (trail.error()) return tl::make_unexpected(*trail.error());
  return snapshot;
}

}  // namespace gander
