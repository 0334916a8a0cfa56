// A plan is the same whether its users are read one by one or by lists of the whole tenant: for
// every kind of user that there is, for every option that reads something of its own, whichever end
// links are read from, and whatever lists meet on their way.
#include "restore/live/census.h"

#include <algorithm>
#include <future>
#include <map>
#include <regex>

#include "base/json.h"
#include "fakes/campaign.h"
#include "graph/calls.h"
#include "restore/targets.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using base::Guid;
using nlohmann::json;

struct Asked {
  const char* name;
  std::function<void(api::RestoreRequest&)> change;
};

const std::vector<Asked>& questions() {
  static const std::vector<Asked> all{
      {"most", [](auto&) {}},
      {"everythingAndMore",
       [](auto& r) { r.with_licenses = r.with_app_roles = r.with_owned_objects = true; }},
      {"exact",
       [](auto& r) { r.exact = r.with_licenses = r.with_app_roles = r.with_owned_objects = true; }},
      {"object", [](auto& r) { r.with_memberships = r.with_roles = false; }},
      {"membershipsOnly", [](auto& r) { r.with_object = r.with_roles = false; }},
      {"rolesOnly", [](auto& r) { r.with_object = r.with_memberships = false; }},
      {"merge", [](auto& r) { r.attribute_mode = api::AttributeMode::merge; }},
      {"someAttributes",
       [](auto& r) {
         r.attributes = {"city", "jobTitle"};
       }},
      {"block", [](auto& r) { r.block_sign_in = true; }},
      {"asNew",
       [](auto& r) {
         r.with_object = false;
         r.as_new = "{local}.new@{domain}";
       }},
      {"asNewOfOneName",
       [](auto& r) {
         r.with_object = r.with_memberships = r.with_roles = false;
         r.as_new = "everybody@{domain}";
       }},
      {"deletedOnly",
       [](auto& r) {
         r.selection = {};
         r.selection.deleted = true;
       }},
      {"search", [](auto& r) {
         r.selection = {};
         r.selection.search = "an";
       }}};
  return all;
}

class EitherWay : public TenantStory {
 protected:
  std::string first_whose(const std::string& property, const json& value) {
    auto session = sessions_->session("aurora", graph::Purpose::backup);
    graph::Request request;
    request.path = "/users?$select=id," + property + "&$top=999";
    const auto reply = (*session)->send(request, {});
    for (const json& user : reply->body.at("value"))
      if (user.at(property) == value) return user.at("id");
    throw std::runtime_error("the tenant has no such user");
  }

  // Users of every kind, changed in every way that a restore has an answer for.
  void tell_the_story(const std::string& tenant) {
    begin(tenant);
    const std::string guest = first_whose("userType", "Guest");
    const std::string synced = first_whose("onPremisesSyncEnabled", true);
    back_up();
    const json harm = disaster({{"scramble", 30},
                                {"delete", 25},
                                {"purge", 40},
                                {"removeMemberships", 60},
                                {"removeRoles", 2}});
    delete_user(synced);
    purge_user(guest);
    // Some names of the gone and of those in the bin are somebody else's by now.
    std::size_t number = 0;
    for (const char* kind : {"purged", "deleted"}) {
      const std::string thief = harm["scrambled"][number++]["id"];
      sim_->post("/_control/tenants/aurora/users/" + thief + "/patch",
                 {{"userPrincipalName", harm[kind][0]["userPrincipalName"]}});
    }
    queue_.reset();  // nobody carries out what is planned here
  }

  std::vector<Guid> ids_in(const Context& context) const {
    std::vector<Guid> ids;
    store_->snapshots().for_each("aurora", context.snapshot.number, api::ObjectKind::user,
                                 [&ids](const Guid& id) {
                                   ids.push_back(id);
                                   return true;
                                 });
    return ids;
  }

  Context context(const api::RestoreRequest& request, bool by_lists) {
    api::Job job;
    job.tenant = "aurora";
    job.kind = api::JobKind::restore;
    auto session = sessions_->session("aurora", graph::Purpose::restore);
    auto snapshot = store_->snapshots().named("aurora", "", clock_.wall());
    auto submitted = store_->journal().submit(job);
    return {*store_, **session, quotas_, clock_, submitted->id,
            request, *snapshot, {},      {},     by_lists};
  }

  // The plan and the rows of its items, without what no two plans share.
  std::string planned(const api::RestoreRequest& request, bool by_lists) {
    const Context made = context(request, by_lists);
    auto plan = restore::plan(made, {});
    if (!plan) return "error: " + plan.error().message;
    json text = *plan;
    text.erase("job");
    text.erase("madeAt");
    json rows = json::array();
    for (const store::ItemRow& row : store_->journal().items(made.job, 0, 100000))
      rows.push_back({row.item, row.work, row.pre_image});
    static const std::regex job("jobs items \\d+");
    return std::regex_replace(base::json_text({{"plan", text}, {"rows", rows}}, 1), job,
                              "jobs items N");
  }

  // Compared line by line, so that a difference can be read.
  void expect_equal(const std::string& one_by_one, const std::string& by_lists) {
    if (one_by_one == by_lists) return;
    std::istringstream a(one_by_one);
    std::istringstream b(by_lists);
    std::string left;
    std::string right;
    for (int line = 1; std::getline(a, left) && std::getline(b, right); ++line)
      ASSERT_EQ(left, right) << "in line " << line;
    FAIL() << one_by_one.size() << " and " << by_lists.size() << " bytes";
  }

  std::uint64_t asked(const std::string& route) const {
    return sim_->get("/_control/counters").at("byRoute").value("GET " + route, 0);
  }

  // Authentication methods have a quota that would make the test long: one question is about them.
  static api::RestoreRequest most() {
    api::RestoreRequest request = everything();
    request.with_auth_methods = false;
    return request;
  }

  // A sanitizer looks at code, which a few of the questions reach.
  void compare_all() {
    std::size_t number = 0;
    for (const Asked& question : questions()) {
      if (fakes::kIsSanitized && number++ % 4 != 2) continue;
      SCOPED_TRACE(question.name);
      api::RestoreRequest request = most();
      question.change(request);
      expect_equal(planned(request, false), planned(request, true));
    }
  }

  const graph::Quotas quotas_ = graph::Quotas::published();
};

TEST_F(EitherWay, GivesTheSamePlanWithMembershipsReadFromTheGroups) {
  tell_the_story("aurora:users=320,seed=11,lag=0,groups=20");
  api::RestoreRequest request = most();
  request.with_app_roles = true;
  sim_->post("/_control/counters/reset", json::object());
  const std::string plan = planned(request, true);
  EXPECT_EQ(asked("/users/{id}/memberOf"), 0U);
  EXPECT_EQ(asked("/users/{id}"), 2U);  // whose names are taken
  EXPECT_EQ(asked("/users/{id}/appRoleAssignments"), 0U);
  EXPECT_GT(asked("/groups/{id}/members"), 0U);
  EXPECT_EQ(asked("/groups/{id}"), 0U);  // the list of groups has shown what they are
  EXPECT_EQ(asked("/directory/administrativeUnits/{id}"), 0U);
  EXPECT_EQ(asked("/users"), 1U);
  EXPECT_NE(plan.find("\"inRecycleBin\": 26"), std::string::npos);
  EXPECT_NE(plan.find("\"gone\": 41"), std::string::npos);
  compare_all();
}

TEST_F(EitherWay, GivesTheSamePlanWithMembershipsAskedOfEachUser) {
  tell_the_story("aurora:users=220,seed=12,lag=0,groups=400");
  sim_->post("/_control/counters/reset", json::object());
  planned(most(), true);
  EXPECT_GT(asked("/users/{id}/memberOf"), 0U);
  EXPECT_EQ(asked("/groups/{id}/members"), 0U);
  compare_all();
}

TEST_F(EitherWay, GivesTheSamePlanOverSeveralPages) {
  tell_the_story("aurora:users=1100,seed=13,lag=0,groups=30");
  sim_->post("/_control/counters/reset", json::object());
  const std::string by_lists = planned(most(), true);
  EXPECT_EQ(asked("/users"), 2U);
  expect_equal(planned(most(), false), by_lists);
}

TEST_F(EitherWay, GivesTheSamePlanWhereALostPageMakesTheListBeginAnew) {
  tell_the_story("aurora:users=1100,seed=14,lag=0,groups=30");
  const std::string one_by_one = planned(most(), false);
  for (const char* action : {"expiredPage", "emptyPage"}) {
    sim_->fault({{"match",
                  {{"method", "GET"},
                   {"path", "/users"},
                   {"query", "skiptoken"},
                   {"nth", 1},
                   {"count", 1}}},
                 {"action", action}});
    expect_equal(one_by_one, planned(most(), true));
  }
}

TEST_F(EitherWay, GivesTheSamePlanWhereGraphIsAwayForAWhile) {
  tell_the_story("aurora:users=1100,seed=15,lag=0,groups=30");
  const std::string one_by_one = planned(most(), false);
  sim_->fault(
      {{"match", {{"method", "GET"}, {"path", "/users"}, {"query", "skiptoken"}, {"count", 8}}},
       {"action", "status"},
       {"status", 503}});
  expect_equal(one_by_one, planned(most(), true));
}

TEST_F(EitherWay, GivesTheSamePlanWithoutThePermissionsThatListsNeed) {
  tell_the_story("aurora:users=220,seed=16,lag=0,groups=10");
  for (const char* lacking : {"Member.Read.Hidden", "RoleManagement"}) {
    SCOPED_TRACE(lacking);
    json roles = json::array();
    for (const json& role : sim_->app("aurora", "restore").at("roles"))
      if (role.get<std::string>().find(lacking) == std::string::npos) roles.push_back(role);
    sim_->put("/_control/tenants/aurora/apps/restore", {{"roles", roles}});
    sim_->post("/_control/tenants/aurora/apps/restore/revoke", json::object());
    expect_equal(planned(most(), false), planned(most(), true));
  }
}

TEST_F(EitherWay, GivesTheSamePlanWithAuthenticationMethods) {
  tell_the_story("aurora:users=120,seed=18,lag=0,groups=10");
  expect_equal(planned(everything(), false), planned(everything(), true));
}

TEST_F(EitherWay, HandsOnAgainWhatWasNotTaken) {
  tell_the_story("aurora:users=1100,seed=19,lag=0,groups=10");
  const Context made = context(most(), true);
  const std::vector<Guid> ids = ids_in(made);
  const graph::Call call;
  Census census(
      made, ids, Depth(), false, [](const auto&, const auto&) {}, call);
  std::vector<int> taken(ids.size(), 0);
  int calls = 0;
  const auto take = [&](const std::vector<Census::Found>& found) -> Census::Work {
    return [&, found]() -> base::Result<void> {
      if (++calls <= 2) return base::fail(base::ErrorKind::graph_unavailable, "not now");
      for (const auto& one : found) ++taken[one.place];
      return {};
    };
  };
  EXPECT_FALSE(census.read(take));
  EXPECT_FALSE(census.read(take));
  const auto done = census.read(take);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(taken, std::vector<int>(ids.size(), 1));
}

// Their texts are equal, whatever attributes the tenant's applications have added.
TEST_F(EitherWay, NeedNotLookIntoWhoIsAsTheSnapshotSays) {
  begin("aurora:users=120,seed=20,lag=0,groups=10");
  back_up();
  queue_.reset();
  const Context made = context(most(), true);
  const std::vector<Guid> ids = ids_in(made);
  const graph::Call call;
  Depth depth;
  depth.manager = true;
  Census census(
      made, ids, depth, false, [](const auto&, const auto&) {}, call);
  int same = 0;
  int with_extensions = 0;
  const auto done = census.read([&](const std::vector<Census::Found>& found) -> Census::Work {
    return [&, found]() -> base::Result<void> {
      for (const auto& one : found) {
        const Sections wanted = read_wanted(made, made.request, one.live.id);
        same += one.live.sections.object.is_surely(wanted.object) ? 1 : 0;
        with_extensions +=
            wanted.object.get().dump().find("_costCode") != std::string::npos ? 1 : 0;
      }
      return {};
    };
  });
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(same, 120);
  EXPECT_GT(with_extensions, 0);
}

// Several writes are on their way at a time, and each is journalled with the names of what it
// names.
TEST_F(EitherWay, NamesAreToldToManyThreadsAtATime) {
  begin("aurora:users=300,seed=20,lag=0,groups=10");
  back_up();
  queue_.reset();
  const Context made = context(most(), true);
  const std::vector<Guid> ids = ids_in(made);
  const Targets targets(made, {}, nullptr);
  std::vector<std::future<std::size_t>> threads;
  for (int i = 0; i < 4; ++i)
    threads.push_back(std::async(std::launch::async, [&] {
      return static_cast<std::size_t>(std::count_if(ids.begin(), ids.end(), [&](const Guid& id) {
        return targets.user_name(id).find('@') != std::string::npos;
      }));
    }));
  for (auto& thread : threads) EXPECT_EQ(thread.get(), ids.size());
}

TEST_F(EitherWay, FindsWhoHasBecomeAnotherUser) {
  tell_the_story("aurora:users=220,seed=17,lag=0,groups=10");
  start_queue();
  api::RestoreRequest request = most();
  request.selection = {};
  request.selection.deleted = true;
  restore(request);
  disaster({{"scramble", 9}, {"delete", 9}, {"purge", 9}});
  queue_.reset();
  compare_all();
}

}  // namespace
}  // namespace entrad::restore
