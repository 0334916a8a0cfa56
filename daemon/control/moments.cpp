#include "control/moments.h"

namespace entrad::control {
namespace {

using base::ErrorKind;

base::Result<api::Snapshot> one_before(const Question& question, const Context& context,
                                       const api::Snapshot& to, bool since_ever) {
  const auto all = snapshots_in(context).list(question.parts.at("tenant"));
  if (since_ever && !all.empty()) return all.front();
  const api::Snapshot* found = nullptr;
  for (const api::Snapshot& one : all)
    if (one.number < to.number) found = &one;
  if (found != nullptr) return *found;
  return base::fail(ErrorKind::not_found,
                    "there is no snapshot before " + to.number.str() + " to compare it with",
                    "name another one; `entractl snapshots list` has them all");
}

}  // namespace

base::Result<api::Snapshot> snapshot_named(const Question& question, const Context& context,
                                           const std::string& parameter) {
  const std::string& tenant = question.parts.at("tenant");
  if (auto known = context.services.sessions.tenant(tenant); !known) return base::pass(known);
  return snapshots_in(context).named(tenant, text_of(question, parameter),
                                     context.services.clock.wall());
}

base::Result<Span> span_of(const Question& question, const Context& context, bool since_ever) {
  for (const char* side : {"from", "to"})
    if (text_of(question, side) == "live")
      return base::fail(ErrorKind::invalid_argument,
                        "this question compares snapshots, and the live tenant is none",
                        "run `entractl backup`, which reads the tenant, and compare with its "
                        "snapshot");
  auto to = snapshot_named(question, context, "to");
  if (!to) return base::pass(to);
  auto from = text_of(question, "from").empty() ? one_before(question, context, *to, since_ever)
                                                : snapshot_named(question, context, "from");
  if (!from) return base::pass(from);
  return Span{std::move(*from), std::move(*to)};
}

base::Result<base::Guid> user_in(const Question& question, const Context& context,
                                 const api::Snapshot& snapshot) {
  return snapshots_in(context).find_user(question.parts.at("tenant"), snapshot.number,
                                         question.parts.at("user"),
                                         store::Snapshots::ByName::as_ever);
}

}  // namespace entrad::control
