// EventStream: takes the bytes of a text/event-stream apart into events, wherever they are cut.
// Comment lines (": alive") and fields that we do not use are skipped; several data lines are
// joined by line feeds. Source: the HTML standard, "Server-sent events". Thread safety: belongs to
// one thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace entrad::ctl {

struct StreamEvent {
  std::string name;  // "message" where the stream names none
  std::string id;    // the newest id seen so far
  std::string data;
};

class EventStream {
 public:
  explicit EventStream(std::function<void(const StreamEvent&)> on_event);
  void feed(std::string_view bytes);

 private:
  void take_line(std::string_view line);
  void set(std::string_view field, std::string_view value);
  void deliver();

  std::function<void(const StreamEvent&)> on_event_;
  std::string rest_;  // the beginning of a line whose end has not come yet
  StreamEvent event_;
  bool has_data_ = false;
};

}  // namespace entrad::ctl
