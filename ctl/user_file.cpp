#include "ctl/user_file.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "ctl/csv.h"

namespace entrad::ctl {
namespace {

using api::UserOptions;
using base::ErrorKind;

using Switch = std::optional<bool> UserOptions::*;
struct SwitchColumn {
  const char* name;  // folded
  Switch option;
};
constexpr SwitchColumn kSwitches[] = {
    {"withobject", &UserOptions::with_object},
    {"withmanager", &UserOptions::with_manager},
    {"withmemberships", &UserOptions::with_memberships},
    {"withroles", &UserOptions::with_roles},
    {"withauthmethods", &UserOptions::with_auth_methods},
    {"withlicenses", &UserOptions::with_licenses},
    {"withapproles", &UserOptions::with_app_roles},
    {"withownedobjects", &UserOptions::with_owned_objects},
    {"exact", &UserOptions::exact},
    {"blocksignin", &UserOptions::block_sign_in},
    {"revokesessions", &UserOptions::revoke_sessions},
    {"temporaryaccesspass", &UserOptions::temporary_access_pass},
};
constexpr const char* kColumns =
    "columns are user, name, withObject, withManager, withMemberships, withRoles, "
    "withAuthMethods, withLicenses, withAppRoles, withOwnedObjects, exact, blockSignIn, "
    "revokeSessions, temporaryAccessPass";
constexpr const char* kOneALine = "write one id or userPrincipalName a line, or CSV with a head";

// --with-roles and withRoles are one column.
std::string folded(const std::string& column) {
  std::string name = base::ascii_lower(column);
  std::erase(name, '-');
  return name;
}

Switch switch_of(const std::string& column) {
  for (const SwitchColumn& one : kSwitches)
    if (folded(column) == one.name) return one.option;
  return nullptr;
}

struct Head {
  std::vector<std::string> columns;
  std::size_t user = 0;
  char separator = ',';
};

std::optional<std::size_t> column_of_user(const std::vector<std::string>& columns) {
  for (const char* name : {"user", "id", "userprincipalname"})
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (folded(columns[i]) == name) return i;
  return std::nullopt;
}

// Nothing: the line is a user, and so are those that follow.
std::optional<Head> head_of(const std::string& line) {
  Head head;
  if (line.find(',') == std::string::npos && line.find(';') != std::string::npos)
    head.separator = ';';
  auto columns = csv_cells(line, head.separator);
  const auto user = columns ? column_of_user(*columns) : std::nullopt;
  if (!user) return std::nullopt;
  head.columns = std::move(*columns);
  head.user = *user;
  return head;
}

std::optional<bool> yes_or_no(const std::string& cell) {
  const std::string word = base::ascii_lower(cell);
  for (const char* yes : {"yes", "true", "1"})
    if (word == yes) return true;
  for (const char* no : {"no", "false", "0"})
    if (word == no) return false;
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(std::string source) : source_(std::move(source)) {}

  base::Result<void> take(std::string line, std::size_t number) {
    place_ = source_ + ", line " + std::to_string(number);
    if (!begun_) {
      begun_ = true;
      head_ = head_of(line);
      if (head_) return check_head();
    }
    return head_ ? take_row(line) : take_name(line);
  }

  base::Result<UserFile> end() {
    if (file_.users.empty())
      return base::fail(ErrorKind::invalid_argument, source_ + " names no users", kOneALine);
    return std::move(file_);
  }

 private:
  // A slip in a column's name must not restore somebody otherwise than is written there.
  base::Result<void> check_head() {
    bool has_options = false;
    for (std::size_t i = 0; i < head_->columns.size(); ++i) {
      const std::string& column = head_->columns[i];
      if (i == head_->user) continue;
      if (switch_of(column) != nullptr || folded(column) == "name")
        has_options = true;
      else
        file_.unused.push_back(column);
    }
    if (!has_options || file_.unused.empty()) return {};
    return base::fail(ErrorKind::invalid_argument,
                      place_ + ": \"" + file_.unused.front() + "\" is no option of a restore",
                      kColumns);
  }

  base::Result<void> take_name(const std::string& line) {
    if (line.find_first_of(" \t,;\"") != std::string::npos)
      return base::fail(ErrorKind::invalid_argument,
                        place_ + ": \"" + line + "\" is no id and no userPrincipalName", kOneALine);
    if (seen_.insert(base::ascii_lower(line)).second) file_.users.push_back(line);
    return {};
  }

  base::Result<void> take_row(const std::string& line) {
    const auto cells = csv_cells(line, head_->separator);
    if (!cells || cells->size() != head_->columns.size())
      return base::fail(
          ErrorKind::invalid_argument,
          place_ + ": \"" + line + "\" has not the " + std::to_string(head_->columns.size()) +
              " columns of the head",
          "put a cell with a separator in it in double quotes, and leave no cell out");
    const std::string& user = (*cells)[head_->user];
    if (user.empty())
      return base::fail(ErrorKind::invalid_argument, place_ + ": names no user", kColumns);
    if (!seen_.insert(base::ascii_lower(user)).second)
      return base::fail(ErrorKind::invalid_argument,
                        place_ + ": the user " + user + " comes a second time",
                        "leave one of the two lines out");
    file_.users.push_back(user);
    return take_options(*cells, user);
  }

  base::Result<void> take_options(const std::vector<std::string>& cells, const std::string& user) {
    UserOptions options;
    options.user = user;
    bool says_something = false;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].empty() || i == head_->user) continue;
      const Switch option = switch_of(head_->columns[i]);
      if (option == nullptr) {
        if (folded(head_->columns[i]) != "name") continue;
        options.name = cells[i];
      } else {
        options.*option = yes_or_no(cells[i]);
        if (!(options.*option))
          return base::fail(
              ErrorKind::invalid_argument, place_ + ": \"" + cells[i] + "\" is neither yes nor no",
              "write yes or no under " + head_->columns[i] + ", or nothing: as the others");
      }
      says_something = true;
    }
    if (says_something) file_.options.push_back(std::move(options));
    return {};
  }

  std::string source_;
  std::string place_;
  bool begun_ = false;
  std::optional<Head> head_;
  UserFile file_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

base::Result<UserFile> read_users(std::istream& text, const std::string& source) {
  Reader reader(source);
  std::string line;
  for (std::size_t number = 1; std::getline(text, line); ++number) {
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    line = std::string(base::trim(line));
    if (line.empty() || line.starts_with('#')) continue;
    if (auto taken = reader.take(line, number); !taken) return base::pass(taken);
  }
  return reader.end();
}

}  // namespace entrad::ctl
