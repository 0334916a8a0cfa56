// Options: everything that a command line can say, after parsing. A command reads the fields that
// commands.cpp declares for it; the others keep their defaults.
// Thread safety: a plain value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/retention.h"

namespace entrad::ctl {

inline constexpr const char* kDefaultSocket = "/run/entrad/entrad.sock";

struct Options {
  // for every command
  std::string socket = kDefaultSocket;
  std::string tenant;
  bool json = false;
  bool no_color = false;

  // what a command is about
  std::uint64_t job = 0;
  std::uint64_t snapshot = 0;
  std::string user;
  std::string group;
  std::string attribute;
  std::string at;

  // comparisons: moments as --at takes them, or "live"
  std::string since;
  std::string until;
  bool exit_code = false;
  bool details = false;
  std::string kind;
  std::string change;
  std::string role;
  std::string month;
  bool contents = false;
  bool no_counts = false;

  // lists
  std::string search;
  std::string filter;
  std::string sort = "name";
  bool descending = false;
  bool deleted = false;
  bool open = false;
  bool all = false;
  std::uint64_t limit = 100;
  std::uint64_t from = 0;
  std::string outcome;
  bool csv = false;

  // keeping
  std::vector<std::uint64_t> snapshots;
  std::string note;
  std::string name;
  bool dry_run = false;
  api::Retention keep;

  // work
  bool no_wait = false;
  bool full = false;
  bool yes = false;
  bool plan_only = false;
  std::uint64_t apply = 0;
  std::vector<std::string> selection;
  std::string from_file;
  std::string deleted_since;  // a moment, as --at
  std::string changed_since;
  bool with_object = false;
  bool with_manager = false;
  bool with_memberships = false;
  bool with_roles = false;
  bool with_auth_methods = false;
  bool with_licenses = false;
  bool with_app_roles = false;
  bool with_owned_objects = false;
  bool exact = false;
  std::string attributes;
  std::string as_new;
  std::string when_taken;
  bool drop_taken_addresses = false;
  std::string to_tenant;
  std::string domain;
  std::string map;
  bool create_missing_groups = false;
  bool block_sign_in = false;
  bool approve_removals = false;
  bool revoke_sessions = false;
  bool temporary_access_pass = false;
  std::uint64_t pass_minutes = 0;
  std::string seal_to;
  std::string key;
};

}  // namespace entrad::ctl
