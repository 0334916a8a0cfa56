// Account: what one job has done to one user, told from what was found before and from the steps in
// the order in which they were sent.
//
// Nothing is compared anew: a write is told when Graph accepted it, or may have. A write that was
// repeated is told once; a value that was set twice to different ones is told twice.
// Thread safety: belongs to one thread; row and names outlive it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/changes.h"
#include "restore/state.h"
#include "store/journal.h"
#include "store/past/names.h"

namespace entrad::restore {

class Account {
 public:
  // `sealed`: passwords of users that were created can be had from the job.
  Account(const store::ItemRow& row, store::Names& names, bool sealed);

  void add(const store::Step& step);
  // Everything, with what was not done and what is left to people. Ends the account.
  std::vector<api::ReportedChange> take();

 private:
  using Changes = std::vector<api::ReportedChange>;
  // One write, or one of several that a step makes: what it is about, and what that is after it.
  struct Written {
    std::string slot;  // its key in todo.h, of a removal that of what is removed
    nlohmann::json to = nullptr;
    Changes changes;
  };

  void add_creation(const store::Step& step);
  void add_attributes(const store::Step& step);
  void add_attribute(const store::Step& step, const std::string& name, const nlohmann::json& from,
                     const nlohmann::json& to);
  void add_manager(const store::Step& step);
  void add_link(const store::Step& step);
  void add_role(const store::Step& step);
  void add_schedule(const store::Step& step);
  void add_app_role(const store::Step& step);
  void add_sponsor(const store::Step& step);
  void add_owner(const store::Step& step);
  void add_licenses(const store::Step& step);
  void add_method(const store::Step& step);
  void add_event(const store::Step& step, const std::string& slot, const std::string& change,
                 api::Section section);

  api::ReportedChange linked(api::Section section, const nlohmann::json& element,
                             const std::string& change, const store::Step& step) const;
  void put(const store::Step& step, Written written, const std::string& refusal_key);
  void confirm();
  void tell_refusals(Changes& changes) const;
  void tell_tasks(Changes& changes) const;

  const store::ItemRow& row_;
  store::Names& names_;
  const bool sealed_;
  const Live before_;
  nlohmann::json given_ = nlohmann::json::object();  // attributes that steps have set
  bool created_ = false;
  std::vector<Written> written_;
  std::map<std::string, std::size_t> last_;  // slot -> its last entry in written_
  std::map<std::string, Changes> refused_;   // key -> what was refused last
};

}  // namespace entrad::restore
