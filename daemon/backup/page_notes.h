// PageNotes: how far the pages of one collection have been read, kept beside what they brought.
//
// Each page leaves a note of what is to be remembered of it, and then one of where the next page
// is; both are committed with what was put of the page. A backup that goes on takes the notes in
// place of the pages and follows the last link. When Graph has forgotten a link, all notes are
// void, and a new set is begun beside the old ones. Thread safety: belongs to the thread of one
// backup.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "backup/step_writer.h"

namespace entrad::backup {

class PageNotes {
 public:
  PageNotes(StepWriter& writer, std::string name);  // takes up what an interrupted backup left

  bool any() const { return pages_ > 0; }
  bool closed() const { return closed_; }  // the last page is among them
  const std::string& next() const { return next_; }
  void for_each(const std::function<void(const std::string&)>& on_note) const;

  // `next`: empty after the last page.
  void add(std::string note, std::string next);
  void begin_anew();

 private:
  std::string page_name(std::uint64_t page) const;
  void put_head();

  StepWriter& writer_;
  std::string name_;
  std::uint64_t set_ = 0;
  std::uint64_t pages_ = 0;
  std::string next_;
  bool closed_ = false;
};

}  // namespace entrad::backup
