#include "ctl/event_stream.h"

#include <utility>

namespace entrad::ctl {

EventStream::EventStream(std::function<void(const StreamEvent&)> on_event)
    : on_event_(std::move(on_event)) {}

void EventStream::feed(std::string_view bytes) {
  rest_.append(bytes);
  std::size_t from = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', from)) {
    std::string_view line(rest_.data() + from, end - from);
    if (line.ends_with('\r')) line.remove_suffix(1);
    take_line(line);
    from = end + 1;
  }
  rest_.erase(0, from);
}

void EventStream::take_line(std::string_view line) {
  if (line.empty()) return deliver();
  if (line.starts_with(':')) return;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return set(line, "");
  std::string_view value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  set(line.substr(0, colon), value);
}

void EventStream::set(std::string_view field, std::string_view value) {
  if (field == "event") event_.name = value;
  if (field == "id") event_.id = value;
  if (field != "data") return;
  if (has_data_) event_.data += '\n';
  event_.data += value;
  has_data_ = true;
}

void EventStream::deliver() {
  if (has_data_ || !event_.name.empty()) {
    if (event_.name.empty()) event_.name = "message";
    on_event_(event_);
  }
  event_.name.clear();
  event_.data.clear();
  has_data_ = false;
}

}  // namespace entrad::ctl
