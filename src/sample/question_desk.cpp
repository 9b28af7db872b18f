// SPDX-License-Identifier: Apache-2.0
// The thread that answers questions, and the queue before it.
#include "sample/question_desk.hpp"

#include <utility>

namespace gander::sample {

QuestionDesk::QuestionDesk(const os::Root& root, const os::Clock& clock) : table_(root, clock) {}

QuestionDesk::~QuestionDesk() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (const auto& waiting : waiting_) {
    waiting.done(fail(Fault::not_supported, "the question came too late: gander is leaving"));
  }
}

void QuestionDesk::ask(const Question& question, std::function<void(Answer)> done) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < question_limit) {
      waiting_.push_back({question, std::move(done)});
      if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
      wake_.notify_one();
      return;
    }
  }
  done(fail(Fault::timed_out, "too many questions wait for an answer; ask again later"));
}

void QuestionDesk::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
    if (is_ending_) return;
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    next.done(answer(next.question));
    lock.lock();
  }
}

Answer QuestionDesk::answer(const Question& question) const {
  switch (question.kind) {
    case QuestionKind::environment:
      return table_.environment(question.pid, question.start_time);
  }
  return fail(Fault::not_supported, "this machine cannot answer this kind of question");
}

}  // namespace gander::sample
