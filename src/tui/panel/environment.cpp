// SPDX-License-Identifier: Apache-2.0
// The environment of a process, sorted by name. What looks secret is masked until it is asked for:
// screens are shared, filmed and photographed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "text/process_words.hpp"
#include "text/width.hpp"
#include "tui/panel/screens.hpp"

namespace gander::tui {
namespace {

struct Variable {
  std::string name;
  std::string value;
  bool is_secret = false;
};

/// Whole words of a name that make its value a secret.
constexpr std::array<std::string_view, 14> secret_words{
    "AUTH", "AUTHORIZATION", "BEARER", "CREDS", "DSN",     "JWT",  "KEY",
    "KEYS", "PASS",          "PASSES", "PAT",   "PRIVATE", "SALT", "SESSION"};
/// Ends of words that do: `GITHUBTOKEN` is written as one.
constexpr std::array<std::string_view, 15> secret_ends{
    "TOKEN",     "TOKENS",     "SECRET",     "SECRETS",     "PASSWORD",
    "PASSWORDS", "PASSWD",     "COOKIE",     "COOKIES",     "APIKEY",
    "ACCESSKEY", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "PASSCODE"};
/// Last words of names that tell where something lies, and not what it is.
constexpr std::array<std::string_view, 6> place_words{"SOCK", "SOCKET", "FILE",
                                                      "PATH", "DIR",    "AGENT"};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_word_character(char c) { return is_lower(c) || is_upper(c) || (c >= '0' && c <= '9'); }

/// The words of `npm_config_authToken`: NPM CONFIG AUTH TOKEN.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  char before = '_';
  for (const char c : name) {
    const bool begins = !is_word_character(before) || (is_lower(before) && is_upper(c));
    if (is_word_character(c)) {
      if (begins) words.emplace_back();
      words.back() += is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
    }
    before = c;
  }
  return words;
}

template <class Words>
bool contains(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != std::ranges::end(words);
}

bool is_secret_word(std::string_view word) {
  return contains(secret_words, word) ||
         std::ranges::any_of(secret_ends, [&](auto end) { return word.ends_with(end); });
}

/// Whether a value carries a password for a service: `scheme://user:password@host`.
bool has_login(std::string_view value) {
  const auto scheme = value.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto rest = value.substr(scheme + 3);
  const auto at = rest.find('@');
  const auto colon = rest.find(':');
  return at != std::string_view::npos && colon < at && rest.find('/') > colon;
}

std::vector<Variable> read_variables(const std::vector<std::string>& environment) {
  std::vector<Variable> variables;
  for (const std::string& line : environment) {
    const auto equals = line.find('=', 1);
    Variable variable{line.substr(0, equals),
                      equals == std::string::npos ? std::string{} : line.substr(equals + 1)};
    variable.is_secret =
        !variable.value.empty() && (looks_secret(variable.name) || has_login(variable.value));
    variables.push_back(std::move(variable));
  }
  std::ranges::stable_sort(variables, {}, &Variable::name);
  return variables;
}

std::string kind_of(const Process& process) {
  if (process.uses.empty()) return "Host";
  bool computes = false;
  bool draws = false;
  for (const Use& use : process.uses) {
    const auto letter = text::type_letter_of(use);
    computes = computes || letter == "C" || letter == "X" || letter == "M";
    draws = draws || letter == "G" || letter == "X";
  }
  if (computes && draws) return "GPU: Compute+Graphics";
  return computes ? "GPU: Compute" : draws ? "GPU: Graphics" : "GPU";
}

const Process* find_asked(const View& view) {
  if (!view.state.environment_of) return find_selected(view);
  const auto found = std::ranges::find_if(view.snapshot.processes, [&](const Process& process) {
    return key_of(process) == *view.state.environment_of;
  });
  return found == view.snapshot.processes.end() ? nullptr : &*found;
}

std::string title_of(const View& view) {
  const Process* process = find_asked(view);
  if (process != nullptr) {
    return fmt::format("Environment of {} ({}, {})", process->pid, text::user_of(*process),
                       kind_of(*process));
  }
  if (!view.state.environment_of) return "Environment";
  return fmt::format("Environment of {} (ended)", view.state.environment_of->pid);
}

/// What stands where no variables can; empty where they do.
std::string notice_of(const ViewState& state) {
  if (!state.environment_of) return "No process is selected.";
  if (!state.is_environment_known) return "Asking for it.";
  if (!state.environment_problem.empty()) return "Cannot be read: " + state.environment_problem;
  return state.environment.empty() ? "The process has no variables." : "";
}

void draw_variable(const View& view, const Canvas& line, const Variable& variable) {
  int column = 1 - view.state.page_column;
  column = line.put(0, column, variable.name, {.role = Role::accent, .bold = true});
  column = line.put(0, column, "=", {Role::key});
  if (!variable.is_secret || view.state.shows_secrets) {
    line.put(0, column, variable.value);
    return;
  }
  // Always as long: its length is part of a secret.
  column = line.put(0, column, text::repeat(sign(view.state, "•", "*"), 8), {Role::muted});
  line.put(0, column + 1, "(masked)", {Role::muted});
}

void draw_variables(const View& view, const Canvas& body, Drawn& drawn) {
  const auto variables = read_variables(view.state.environment);
  const auto [rows, columns] = body.size();
  const int count = static_cast<int>(variables.size());
  const int selected = std::clamp(view.state.environment_row, 0, count - 1);
  const Window window = keep_in_sight({view.state.page_scroll, rows, count}, selected);
  drawn.page = window;
  for (int i = 0; i < window.rows && window.first + i < count; ++i) {
    const Canvas line = body.part({i, 0, 1, columns});
    draw_variable(view, line, variables[place_in(window, i)]);
    if (window.first + i == selected) select_row(line, 0);
    add_click(drawn, line.area(), Choice{window.first + i});
  }
}

}  // namespace

bool looks_secret(std::string_view name) {
  const auto words = words_of(name);
  if (words.empty() || contains(place_words, words.back())) return false;
  // The desktop calls the login of a user a session, and the shell its folders PWD.
  const bool is_desktop = words.front() == "XDG" || words.front() == "DBUS" ||
                          words.front() == "DESKTOP" || words.front() == "GNOME";
  const bool is_public = contains(words, "PUBLIC");
  if (words.size() > 1 && words.back() == "PWD") return true;
  return std::ranges::any_of(words, [&](const std::string& word) {
    if (word == "SESSION" && (is_desktop || words.size() == 1)) return false;
    if ((word == "KEY" || word == "KEYS") && is_public) return false;
    return is_secret_word(word);
  });
}

void draw_environment(const View& view, const Canvas& canvas, Drawn& drawn) {
  const Page page{
      title_of(view),
      {{Action::back, "back"},
       {Action::help, "help"},
       {Action::toggle_secrets, view.state.shows_secrets ? "mask secrets" : "show secrets"},
       {Action::refresh, "read again"}}};
  const Canvas body = draw_page(view, canvas, drawn, page);
  const auto [rows, columns] = body.size();
  const Process* process = find_asked(view);
  int top = 0;
  if (rows >= 5) {
    const auto command = process == nullptr ? std::string{} : text::command_of(*process);
    body.part({0, 1, 1, columns - 1}).put(0, -view.state.page_column, command, {Role::muted});
    const auto rule = sign(view.state, "─", "-");
    body.put(1, 0, text::repeat(rule, columns), {Role::frame});
    top = 2;
  }
  const std::string notice = notice_of(view.state);
  const Canvas list = body.part({top, 0, rows - top, columns});
  if (notice.empty()) {
    draw_variables(view, list, drawn);
    const int count = static_cast<int>(view.state.environment.size());
    const int row = std::clamp(view.state.environment_row, 0, count - 1);
    if (top > 0)
      draw_position(body, 1, keep_in_sight({view.state.page_scroll, rows - top, count}, row));
    return;
  }
  const bool is_bad = !view.state.environment_problem.empty();
  put_wrapped(list.part({0, 1, list.size().rows, columns - 2}), 0, notice,
              {is_bad ? Role::warning : Role::muted});
}

}  // namespace gander::tui
