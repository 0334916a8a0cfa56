// Events: pages of the journal's events as text/event-stream.
//
// The first page says how things are: one event `state` for the job that was asked for, or for each
// open job. Its id is the position from which changes follow, so that a client which is cut off
// anywhere resumes without losing one. Then follows one event `job` a change. `data` is an
// api::Event as one line of JSON. Source of the format: the HTML standard, "Server-sent events".
// Thread safety: pure but for reading the journal; call it where waiting for the store is fine.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "control/exchange.h"

namespace entrad::control {

struct EventPage {
  std::string text;            // may be empty: nothing for this stream
  base::EventNumber position;  // of the last event looked at
  base::EventNumber newest;    // known when the page was read
  bool is_final = false;       // nothing comes after it: the job has ended, or the store failed
};

// `settled_at` of a stream: its job has already ended when the stream opens, and the stream ends
// when it has reached that event.
struct FirstPage {
  EventPage page;
  std::optional<base::EventNumber> settled_at;
};

FirstPage first_page(const StreamStart& start, const Context& context);
// Events after `position`, a hundred at most.
EventPage next_page(const StreamStart& start, base::EventNumber position, const Context& context);

// What a reader is told that has fallen too far behind.
std::string slow_text(std::uint64_t behind);

}  // namespace entrad::control
