// SPDX-License-Identifier: Apache-2.0
// Files outlive crashed servers, homes are shared between machines, and numbers are reused: each
// field and each fact about the process has to fit.
#include "owner/jupyter/server_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "json/reader.hpp"
#include "os/owned_file.hpp"

namespace gander::owner::jupyter {
namespace {

/// A real one has below 1 KiB.
constexpr std::size_t file_limit = std::size_t{64} << 10U;
/// A start is known to the clock tick and the second of boot, and clocks are corrected; a server
/// writes its file a second or more after its start.
constexpr std::chrono::duration<double> slack{5};

/// Whether a text can stand in a request as it is.
bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// The text of a field; empty where it is absent, nothing where it is no text.
std::optional<std::string_view> find_text(const json::Value& object, std::string_view key) {
  const auto value = object.find(key);
  return value && !value->is_null() ? value->string() : std::string_view{};
}

std::optional<std::string> find_base_url(const json::Value& object) {
  const auto text = find_text(object, "base_url");
  if (!text || !text->starts_with('/') || !is_visible(*text)) return std::nullopt;
  // What follows would not be part of the path any more.
  if (text->find_first_of("?#") != std::string_view::npos) return std::nullopt;
  return std::string{*text} + (text->ends_with('/') ? "" : "/");
}

/// Fills in where the server listens; false where the file makes no sense there.
bool read_place(const json::Value& object, ServerFile& file) {
  const auto socket = find_text(object, "sock");
  // The path comes back in messages.
  const auto is_control = [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; };
  if (!socket || std::any_of(socket->begin(), socket->end(), is_control)) return false;
  if (!socket->empty()) {
    file.socket = *socket;
    return socket->starts_with('/');
  }
  const auto port = object.find("port");
  const auto number = port ? port->integer() : std::nullopt;
  if (!number || *number < 1 || *number > std::numeric_limits<std::uint16_t>::max()) return false;
  file.port = static_cast<std::uint16_t>(*number);
  return true;
}

std::string find_root_folder(const json::Value& object) {
  for (const std::string_view key : {"root_dir", "notebook_dir"}) {
    const auto text = find_text(object, key);
    if (text && text->starts_with('/')) return std::string{*text};
  }
  return {};
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::optional<Pid> find_server_pid(std::string_view file_name) {
  constexpr std::string_view ending = ".json";
  for (const std::string_view beginning : {"jpserver-", "nbserver-"}) {
    if (!file_name.starts_with(beginning) || !file_name.ends_with(ending)) continue;
    if (file_name.size() <= beginning.size() + ending.size()) return std::nullopt;
    const auto digits =
        file_name.substr(beginning.size(), file_name.size() - beginning.size() - ending.size());
    Pid pid = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
    const bool is_number = error == std::errc{} && end == digits.data() + digits.size();
    return is_number && pid > 0 && digits.front() != '0' ? std::optional{pid} : std::nullopt;
  }
  return std::nullopt;
}

Result<ServerFile> parse_server_file(std::string_view text) {
  const auto wrong = [](std::string_view what) {
    return fail(Fault::invalid_data, fmt::format("cannot use a Jupyter server file: {}", what));
  };
  const auto document = json::read(text, {file_limit, 16});
  // The reader's own message may quote the text.
  if (!document) return wrong("it is no JSON");
  const json::Value object = document->root();
  if (object.type() != json::Type::object) return wrong("it holds no object");
  ServerFile file;
  const auto pid = object.find("pid");
  file.pid = pid ? pid->integer().value_or(0) : 0;
  if (file.pid <= 0) return wrong("it has no process number");
  if (!read_place(object, file)) return wrong("it has neither port nor socket");
  auto base_url = find_base_url(object);
  if (!base_url) return wrong("it has no usable base_url");
  file.base_url = std::move(*base_url);
  const auto token = find_text(object, "token");
  if (!token || !is_visible(*token)) return wrong("its token cannot be sent");
  file.token = Secret{*token};
  const auto secure = object.find("secure");
  file.tls = secure && secure->boolean().value_or(false) ? http::Tls::unverified : http::Tls::off;
  file.root_folder = find_root_folder(object);
  return file;
}

Result<VerifiedServer> verify_server(const ServerFile& file, std::chrono::nanoseconds modified,
                                     const ServerProcess& process) {
  const auto stale = [&](std::string_view why) {
    return fail(Fault::not_found,
                fmt::format("the Jupyter server file of process {} is not about process {}: {}",
                            file.pid, process.pid, why));
  };
  if (process.role != ServerRole::jupyter_server) return stale("that is no Jupyter server");
  if (file.pid != process.own_pid) return stale("that has another number");
  if (process.start_time > std::chrono::duration<double>(modified + slack).count()) {
    return stale("that started after the file was written");
  }
  return VerifiedServer{process, file};
}

Result<VerifiedServer> open_server(const os::Root& root, std::string_view path,
                                   const ServerProcess& process) {
  if (find_server_pid(base_name(path)) != process.own_pid) {
    return fail(Fault::not_found, fmt::format("{} is not the server file of process {}",
                                              root.path(path), process.pid));
  }
  auto read = os::read_owned(root, path, process.uid, file_limit);
  if (!read) return tl::make_unexpected(read.error());
  const auto file = parse_server_file(read->text);
  wipe(read->text);
  return file.and_then(
      [&](const ServerFile& parsed) { return verify_server(parsed, read->modified, process); });
}

}  // namespace gander::owner::jupyter
