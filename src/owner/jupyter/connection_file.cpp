// SPDX-License-Identifier: Apache-2.0
// Bodies of connection_file.hpp.
#include "owner/jupyter/connection_file.hpp"

#include "json/reader.hpp"
#include "os/owned_file.hpp"
#include "owner/jupyter/secret.hpp"

namespace gander::owner::jupyter {
namespace {

/// A real one has below 1 KiB.
constexpr std::size_t file_limit = std::size_t{64} << 10U;

std::optional<std::string> find_text(const json::Value& object, std::string_view key) {
  const auto value = object.find(key);
  const auto text = value ? value->string() : std::nullopt;
  if (!text || text->empty()) return std::nullopt;
  return std::string{*text};
}

}  // namespace

Result<ConnectionFacts> parse_connection_file(std::string_view text) {
  const auto document = json::read(text, {file_limit, 16});
  // The reader's own message may quote the text.
  if (!document || document->root().type() != json::Type::object) {
    return fail(Fault::invalid_data, "cannot use a kernel's connection file: it is no JSON object");
  }
  const json::Value object = document->root();
  return ConnectionFacts{find_text(object, "jupyter_session"), find_text(object, "kernel_name")};
}

Result<ConnectionFacts> read_connection_file(const os::Root& root, std::string_view path,
                                             std::uint32_t uid) {
  auto read = os::read_owned(root, path, uid, file_limit);
  if (!read) return tl::make_unexpected(read.error());
  auto facts = parse_connection_file(read->text);
  wipe(read->text);
  return facts;
}

}  // namespace gander::owner::jupyter
