#include "backup/page_notes.h"

#include "base/json.h"

namespace entrad::backup {

PageNotes::PageNotes(StepWriter& writer, std::string name)
    : writer_(writer), name_(std::move(name)) {
  const auto head = writer_.checkpoint(name_);
  if (!head) return;
  const auto kept = base::read_json(*head);
  set_ = kept.at("set").get<std::uint64_t>();
  pages_ = kept.at("pages").get<std::uint64_t>();
  next_ = kept.at("next").get<std::string>();
  closed_ = pages_ > 0 && next_.empty();
}

std::string PageNotes::page_name(std::uint64_t page) const {
  return name_ + "/" + std::to_string(set_) + "/" + std::to_string(page);
}

void PageNotes::for_each(const std::function<void(const std::string&)>& on_note) const {
  for (std::uint64_t page = 0; page < pages_; ++page)
    on_note(writer_.checkpoint(page_name(page)).value());
}

// The head goes last: a page without it is read again.
void PageNotes::add(std::string note, std::string next) {
  writer_.checkpoint(page_name(pages_), std::move(note));
  ++pages_;
  next_ = std::move(next);
  closed_ = next_.empty();
  put_head();
}

void PageNotes::begin_anew() {
  ++set_;
  pages_ = 0;
  next_.clear();
  closed_ = false;
  put_head();
}

void PageNotes::put_head() {
  writer_.checkpoint(name_, base::json_text({{"set", set_}, {"pages", pages_}, {"next", next_}}));
}

}  // namespace entrad::backup
