// SPDX-License-Identifier: Apache-2.0
// Bodies of session_list.hpp.
#include "owner/jupyter/session_list.hpp"

#include <algorithm>

#include "json/reader.hpp"
#include "json/time.hpp"

namespace gander::owner::jupyter {
namespace {

std::string find_text(const json::Value& object, std::string_view key) {
  const auto value = object.find(key);
  return std::string{(value ? value->string() : std::nullopt).value_or("")};
}

std::optional<Session> read_session(const json::Value& element) {
  const auto kernel = element.find("kernel");
  if (!kernel) return std::nullopt;
  Session session;
  session.kernel_id = find_text(*kernel, "id");
  if (session.kernel_id.empty()) return std::nullopt;
  session.id = find_text(element, "id");
  session.path = find_text(element, "path");
  session.name = find_text(element, "name");
  session.type = find_text(element, "type");
  session.kernel_name = find_text(*kernel, "name");
  session.execution_state = find_text(*kernel, "execution_state");
  session.last_activity = json::read_time(find_text(*kernel, "last_activity"));
  const auto connections = kernel->find("connections");
  if (connections) session.connections = connections->unsigned_integer();
  return session;
}

}  // namespace

Result<std::vector<Session>> parse_sessions(std::string_view text) {
  const auto wrong = [] {
    return fail(Fault::invalid_data, "cannot use the list of sessions: it is no array of objects");
  };
  const auto document = json::read(text);
  if (!document || document->root().type() != json::Type::array) return wrong();
  const auto elements = document->root().items();
  std::vector<Session> sessions;
  for (const json::Value& element : elements) {
    if (auto session = read_session(element)) sessions.push_back(std::move(*session));
  }
  const bool has_object = std::any_of(elements.begin(), elements.end(), [](const auto& element) {
    return element.type() == json::Type::object;
  });
  if (!elements.empty() && !has_object) return wrong();
  return sessions;
}

}  // namespace gander::owner::jupyter
