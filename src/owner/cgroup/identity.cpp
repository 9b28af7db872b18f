// SPDX-License-Identifier: Apache-2.0
// Recognises the cgroup names of Docker, containerd, Kubernetes, Podman, CRI-O, ECS, LXC, machined,
// Slurm and systemd.
#include "owner/cgroup/identity.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "model/whole_number.hpp"

namespace gander::owner {
namespace {

constexpr std::size_t id_length = 64;
constexpr std::size_t most_lines = 256;

/// The text up to `separator`, which is taken off `text` together with it.
std::string_view take(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool are_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

bool strip_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool strip_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

bool is_unit(std::string_view segment) {
  return segment.ends_with(".service") || segment.ends_with(".scope");
}

/// systemd writes `-` in a name as `\x2d`.
std::string unescape(std::string_view text) {
  constexpr std::string_view dash = "\\x2d";
  std::string plain;
  while (!text.empty()) {
    if (strip_prefix(text, dash)) {
      plain += '-';
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  return plain;
}

/// The container id at the end of `docker-<id>.scope`, `slice:cri-containerd:<id>` or `<id>`.
std::optional<std::string_view> find_id(std::string_view stem) {
  if (stem.size() < id_length) return {};
  const auto id = stem.substr(stem.size() - id_length);
  if (!std::ranges::all_of(id, is_hex)) return {};
  stem.remove_suffix(id_length);
  if (!stem.empty() && stem.back() != '-' && stem.back() != ':') return {};
  return id;
}

/// A task of ECS without a container of its own: 32 hex digits, a dash and a number.
bool is_ecs_id(std::string_view segment) {
  constexpr std::size_t task_length = 32;
  return segment.size() > task_length + 1 && segment[task_length] == '-' &&
         std::ranges::all_of(segment.substr(0, task_length), is_hex) &&
         are_digits(segment.substr(task_length + 1));
}

/// `pod<uid>`, `kubepods-burstable-pod<uid>.slice`, also before `:cri-containerd:`.
std::optional<std::string> find_pod(std::string_view segment) {
  constexpr std::size_t shortest_uid = 32;  // static pods have 32 hex digits, others 36 characters
  segment = segment.substr(0, segment.find(':'));
  if (strip_suffix(segment, ".slice")) {
    const auto mark = segment.rfind("-pod");
    if (mark == std::string_view::npos) return {};
    segment.remove_prefix(mark + 1);
  }
  if (!strip_prefix(segment, "pod") || segment.size() < shortest_uid) return {};
  std::string uid{segment};
  std::ranges::replace(uid, '_', '-');
  const bool plain = std::ranges::all_of(uid, [](char c) { return is_hex(c) || c == '-'; });
  return plain ? std::optional{uid} : std::nullopt;
}

/// Walks down one path; what stands deeper is nearer to the process and wins.
class PathReader {
 public:
  explicit PathReader(std::string_view path) {
    // `/..`: the path leads out of our cgroup namespace, its names are not those of our machine.
    if (path.starts_with("/..")) return;
    while (!path.empty()) {
      const auto segment = take(path, '/');
      if (segment.empty()) continue;
      read(segment);
      before_ = segment;
    }
  }
  [[nodiscard]] const CgroupIdentity& identity() const { return identity_; }

 private:
  void read(std::string_view segment) {
    in_kubernetes_ = in_kubernetes_ || segment.find("kubepods") != std::string_view::npos;
    in_slurm_ = in_slurm_ || segment == "slurm" || segment.starts_with("slurm_") ||
                segment.ends_with("slurmstepd.scope");
    in_ecs_ = in_ecs_ || segment == "ecs";
    if (auto user = segment; strip_prefix(user, "user@") && strip_suffix(user, ".service")) {
      identity_.is_delegated = true;
      identity_.user = find_whole_number<std::uint32_t>(user);
    }
    const bool is_pod = read_pod(segment);
    if (read_container(segment) || is_pod || read_job(segment)) {
      identity_.unit.reset();
    } else if (is_unit(segment) && !in_slurm_) {
      identity_.unit = segment;
    }
  }

  bool read_pod(std::string_view segment) {
    if (!in_kubernetes_) return false;
    auto pod = find_pod(segment);
    if (!pod) return false;
    identity_.pod = std::move(pod);
    return true;
  }

  bool read_job(std::string_view segment) {
    if (!in_slurm_ || !strip_prefix(segment, "job_") || !are_digits(segment)) return false;
    identity_.slurm_job = segment;
    return true;
  }

  bool read_container(std::string_view segment) {
    const bool in_scope = strip_suffix(segment, ".scope");
    if (const auto id = find_id(segment)) {
      return segment.find("conmon-") == std::string_view::npos ? enter(*id) : watch();
    }
    if (in_ecs_ && is_ecs_id(segment)) return enter(segment);
    return read_named(segment, in_scope);
  }

  /// Containers that have names of their own rather than ids.
  bool read_named(std::string_view segment, bool in_scope) {
    if (segment.starts_with("lxc.monitor")) return watch();
    if (strip_prefix(segment, "lxc.payload.")) return enter(segment);
    if (before_ == "lxc" || before_ == "lxc.payload") return enter(segment);
    if (in_scope && strip_prefix(segment, "machine-")) return enter(unescape(segment));
    if (strip_suffix(segment, ".service") && strip_prefix(segment, "systemd-nspawn@")) {
      return enter(unescape(segment));
    }
    return false;
  }

  bool enter(std::string_view container) {
    if (container.empty()) return false;
    identity_.container = container;
    identity_.is_monitor = false;
    return true;
  }

  /// A monitor that itself runs in a container is part of that one.
  bool watch() {
    identity_.is_monitor = !identity_.container;
    return true;
  }

  CgroupIdentity identity_;
  std::string_view before_;
  bool in_kubernetes_{};
  bool in_slurm_{};
  bool in_ecs_{};
};

/// How much the line of a hierarchy is worth where several name something; lower is better.
std::size_t rank_of(std::string_view controllers) {
  constexpr std::array<std::string_view, 5> best = {"", "name=systemd", "memory", "devices",
                                                    "cpuset"};
  std::size_t rank = best.size();
  while (!controllers.empty()) {
    const auto name = take(controllers, ',');
    const auto place = std::ranges::find(best, name) - best.begin();
    rank = std::min(rank, static_cast<std::size_t>(place));
  }
  return rank;
}

/// How much an identity says: a workload more than a mere unit, a unit more than nothing.
int worth(const CgroupIdentity& identity) {
  if (identity.is_workload()) return 3;
  if (identity.is_monitor) return 2;
  return identity.unit ? 1 : 0;
}

}  // namespace

CgroupIdentity parse_cgroup(std::string_view text) {
  CgroupIdentity best;
  std::size_t best_rank = 0;
  for (std::size_t line_number = 0; !text.empty() && line_number < most_lines; ++line_number) {
    auto path = take(text, '\n');
    const auto hierarchy = take(path, ':');
    const auto controllers = take(path, ':');
    if (!are_digits(hierarchy) || !path.starts_with('/')) continue;
    // The path of the second version has no controllers and is the first choice.
    const auto rank = controllers.empty() ? 0 : rank_of(controllers);
    auto identity = PathReader{path}.identity();
    const int gain = worth(identity) - worth(best);
    if (gain > 0 || (gain == 0 && worth(identity) > 0 && rank < best_rank)) {
      best = std::move(identity);
      best_rank = rank;
    }
  }
  return best;
}

std::optional<Owner> label_from_cgroup(OwnerKind kind, const CgroupIdentity& identity) {
  const auto label = [&](const std::optional<std::string>& name) {
    return name ? std::optional{Owner{kind, *name, "cgroup", identity.certainty()}} : std::nullopt;
  };
  switch (kind) {
    case OwnerKind::container:
      return label(identity.container);
    case OwnerKind::pod:
      return label(identity.pod);
    case OwnerKind::slurm_job:
      return label(identity.slurm_job);
    case OwnerKind::systemd_unit:
      return label(identity.unit);
    default:
      return {};
  }
}

}  // namespace gander::owner
