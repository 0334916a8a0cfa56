// Dispatcher: the one place where a question becomes an answer.
//
// Finds the route, asks whether the peer may, reads the query, calls the handler, turns errors and
// exceptions into answers, and writes the log of what was asked.
// Thread safety: every member may be called from any thread.
#pragma once

#include <sys/types.h>

#include <string_view>

#include "control/access.h"
#include "control/exchange.h"
#include "control/routes.h"

namespace entrad::control {

class Dispatcher {
 public:
  Dispatcher(Context context, Groups groups, uid_t daemon_user);

  // Which threads the question belongs to. Unknown routes are quick.
  static Speed speed_of(const Question& question);
  Answer answer(Question question) const;
  const Context& context() const { return context_; }

 private:
  base::Result<Answer> answer_or_fail(Question& question) const;

  Context context_;
  Groups groups_;
  uid_t daemon_user_;
};

// The answer that an error is.
Answer answer_of(const base::Error& error);

}  // namespace entrad::control
