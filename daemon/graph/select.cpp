// Parts: what a refusal names; asking; finding a property that no refusal names.
#include "graph/select.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "graph/calls.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using Names = std::vector<std::string>;

std::string list_of(const Names& names) {
  std::string list;
  for (const std::string& name : names) list.append(list.empty() ? "" : ",").append(name);
  return list;
}

class Prober {
 public:
  Prober(Session& session, const std::string& collection, const Call& call)
      : session_(session), collection_(collection), call_(call) {}

  base::Result<UsableSelect> probe(Names names) {
    UsableSelect out;
    while (true) {
      auto reply = ask(names);
      if (!reply) return base::pass(reply);
      if (reply->done()) break;
      auto culprit = find_culprit(*reply, names);
      if (!culprit) return base::pass(culprit);
      names.erase(std::find(names.begin(), names.end(), *culprit));
      out.unknown.push_back(std::move(*culprit));
    }
    out.select = list_of(names);
    return out;
  }

 private:
  base::Result<Reply> ask(const Names& names) {
    return session_.send(calls::first_of(collection_, list_of(names)), call_);
  }

  // A property that is not there is 400; one that lists cannot show is 501.
  base::Result<std::string> find_culprit(const Reply& reply, const Names& names) {
    const base::Error& error = reply.verdict.error;
    if (reply.status != 400 && reply.status != 501) return base::unexpected<base::Error>(error);
    if (auto named = refused_property(error, list_of(names)); !named.empty()) return named;
    return bisect(names, error);
  }

  // Halves what is suspected until one property is left. Only `id` is above suspicion: where it is
  // refused as well, it is not the properties.
  base::Result<std::string> bisect(const Names& names, const base::Error& error) {
    if (auto usable = takes({}); !usable || !*usable)
      return base::unexpected<base::Error>(usable ? error : usable.error());
    Names suspects;
    for (const std::string& name : names)
      if (name != "id") suspects.push_back(name);
    while (suspects.size() > 1) {
      const auto middle = suspects.begin() + static_cast<std::ptrdiff_t>(suspects.size() / 2);
      const Names half(suspects.begin(), middle);
      auto usable = takes(half);
      if (!usable) return base::pass(usable);
      suspects = *usable ? Names(middle, suspects.end()) : half;
    }
    if (suspects.empty()) return base::unexpected<base::Error>(error);
    return suspects.front();
  }

  base::Result<bool> takes(Names names) {
    names.insert(names.begin(), "id");
    auto reply = ask(names);
    if (!reply) return base::pass(reply);
    return reply->done();
  }

  Session& session_;
  const std::string& collection_;
  const Call& call_;
};

}  // namespace

std::string refused_property(const base::Error& error, const std::string& select) {
  if (error.kind == ErrorKind::cancelled || error.kind == ErrorKind::permission_denied) return {};
  const std::string words = error.message + " " + error.hint + " " + base::json_text(error.details);
  for (const std::string& name : base::split(select, ','))
    if (name != "id" && words.find("'" + name + "'") != std::string::npos) return name;
  return {};
}

base::Result<UsableSelect> usable_select(Session& session, const std::string& collection,
                                         const std::string& select, const Call& call) {
  return Prober(session, collection, call).probe(base::split(select, ','));
}

}  // namespace entrad::graph
