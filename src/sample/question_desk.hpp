// SPDX-License-Identifier: Apache-2.0
// Answers `Source::ask` about processes of this host from a thread of its own, so that nobody who
// asks ever waits for a file. Knows no drivers.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "gander/source.hpp"
#include "host/process_table.hpp"

namespace gander::sample {

/// Questions that may wait at the same time; more are refused at once, on the asking thread.
inline constexpr std::size_t question_limit = 64;

/// One thread, begun at the first question. Every question is answered exactly once: those that
/// still wait at the end are refused.
class QuestionDesk {
 public:
  QuestionDesk(const os::Root& root, const os::Clock& clock);
  ~QuestionDesk();
  QuestionDesk(const QuestionDesk&) = delete;
  QuestionDesk& operator=(const QuestionDesk&) = delete;
  void ask(const Question& question, std::function<void(Answer)> done);

 private:
  struct Waiting {
    Question question;
    std::function<void(Answer)> done;
  };
  void work();
  [[nodiscard]] Answer answer(const Question& question) const;

  host::ProcessTable table_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace gander::sample
