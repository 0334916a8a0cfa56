#include "restore/other_tenant/missing_groups.h"

#include "graph/calls.h"
#include "store/journal.h"

namespace entrad::restore {
namespace {

using base::Guid;
using nlohmann::json;

constexpr const char* kDocument = "groups";
// A fresh group is not listed everywhere at once.
constexpr int kRounds = 5;
constexpr std::chrono::seconds kMoment{2};

std::set<Guid> ids_in(const json& document, const char* key) {
  std::set<Guid> ids;
  for (const json& text : document.value(key, json::array()))
    if (const auto id = Guid::parse(text.get<std::string>())) ids.insert(*id);
  return ids;
}

json texts_of(const std::set<Guid>& ids) {
  json texts = json::array();
  for (const Guid& id : ids) texts.push_back(id.str());
  return texts;
}

Write write_of(const Guid& id, const json& body) {
  return {"group", graph::calls::create_group(body), {}, {"group:" + id.str()}};
}

Guid group_of(const Write& write) {
  return Guid::parse(write.keys[0].substr(write.keys[0].find(':') + 1)).value_or(Guid());
}

}  // namespace

base::Result<void> MissingGroups::plan(const Context& context, const OtherTenant& other) {
  std::set<Guid> ids;
  for (const auto& [id, group] : other.missing_groups()) ids.insert(id);
  return context.store.journal().put_document(context.job, kDocument, {{"planned", texts_of(ids)}});
}

MissingGroups::MissingGroups(const Context& context, OtherTenant& other, Writer& writer)
    : context_(context), other_(other), writer_(writer) {
  const json document =
      context.store.journal().document(context.job, kDocument).value_or(json::object());
  planned_ = ids_in(document, "planned");
  tried_ = ids_in(document, "tried");
  const json made = document.value("made", json::object());
  for (const auto& [id, there] : made.items()) {
    const auto from = Guid::parse(id);
    const auto to = Guid::parse(there.get<std::string>());
    if (!from || !to) continue;
    made_[*from] = *to;
    other_.made(*from, *to);
  }
}

std::vector<Guid> MissingGroups::missing() const {
  std::vector<Guid> ids;
  for (const Guid& id : planned_)
    if (other_.missing_group(id)) ids.push_back(id);
  return ids;
}

base::Result<void> MissingGroups::make(const graph::Call& call) {
  for (int round = 0; round < kRounds; ++round) {
    if (missing().empty()) return {};
    if (!tried_.empty())
      if (auto looked = look_again(call); !looked) return looked;
    std::vector<Guid> due;
    for (const Guid& id : missing())
      if (round > 0 || !tried_.contains(id)) due.push_back(id);
    if (auto sent = send(due); !sent) return sent;
  }
  for (const Guid& id : missing())
    other_.refused(id, "could not be made: Microsoft Graph gave no answer that says so");
  return {};
}

base::Result<void> MissingGroups::look_again(const graph::Call& call) {
  if (!context_.clock.wait_for(kMoment, call.stop))
    return base::fail(base::ErrorKind::cancelled, "stopped before groups were looked up");
  return other_.learn(call);
}

base::Result<void> MissingGroups::send(const std::vector<Guid>& groups) {
  if (groups.empty()) return {};
  std::vector<Write> writes;
  for (const Guid& id : groups) {
    writes.push_back(write_of(id, other_.missing_group(id)->body));
    tried_.insert(id);
  }
  if (auto saved = save(); !saved) return saved;
  auto sent = writer_.send_patiently(writes, [this](const Write& write, const graph::Reply& reply) {
    const Guid id = group_of(write);
    const auto there = reply.done() && reply.body.is_object()
                           ? Guid::parse(reply.body.value("id", ""))
                           : std::nullopt;
    if (there) {
      made_[id] = *there;
      other_.made(id, *there);
    } else if (reply.verdict.cls != graph::Class::ambiguous) {
      other_.refused(id, "could not be made: " + reply.verdict.error.message);
    }
    return std::vector<store::ItemRow>();
  });
  return sent ? save() : sent;
}

base::Result<void> MissingGroups::save() const {
  json made = json::object();
  for (const auto& [id, there] : made_) made[id.str()] = there.str();
  return context_.store.journal().put_document(
      context_.job, kDocument,
      {{"planned", texts_of(planned_)}, {"tried", texts_of(tried_)}, {"made", made}});
}

}  // namespace entrad::restore
