// MissingGroups: makes the groups that the other tenant lacks, where the request asks for it.
//
// Two groups may have one name, so creating one is not repeatable: it is noted before it is sent,
// and an attempt whose answer is not known is looked up by mailNickname before it is made again.
// Thread safety: belongs to the job's thread.
#pragma once

#include <map>
#include <set>

#include "restore/apply/writer.h"
#include "restore/other_tenant/other_tenant.h"

namespace entrad::restore {

class MissingGroups {
 public:
  MissingGroups(const Context& context, OtherTenant& other, Writer& writer);

  // Keeps for the apply which groups the plan has found missing. Errors: those of the store.
  static base::Result<void> plan(const Context& context, const OtherTenant& other);

  // Makes those of the plan that are still missing. What Graph refuses is told to `other`, and so
  // becomes a problem of those who were in it. Errors: as Writer::send and OtherTenant::learn.
  base::Result<void> make(const graph::Call& call);

 private:
  base::Result<void> look_again(const graph::Call& call);
  base::Result<void> send(const std::vector<base::Guid>& groups);
  std::vector<base::Guid> missing() const;
  base::Result<void> save() const;

  const Context& context_;
  OtherTenant& other_;
  Writer& writer_;
  std::set<base::Guid> planned_;
  std::set<base::Guid> tried_;
  std::map<base::Guid, base::Guid> made_;
};

}  // namespace entrad::restore
