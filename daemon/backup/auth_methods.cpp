// Authentication methods of every user.
#include "backup/cursors.h"
#include "backup/method_reader.h"

namespace entrad::backup {

using api::Completeness;
using api::Section;

base::Result<void> sweep_auth_methods(Sweep& sweep) {
  auto read = read_methods(sweep, sweep.people().ids(), Noting::on);
  if (!read) return base::pass(read);
  auto& writer = sweep.writer();
  if (read->is_denied)
    writer.mark(Section::auth_methods, Completeness::absent,
                lacking("UserAuthenticationMethod.Read.All"));
  else if (read->unread.empty())
    writer.mark(Section::auth_methods, Completeness::complete);
  else
    writer.mark(Section::auth_methods, Completeness::partial, unread_words(read->unread.size()));
  writer.keep_cursor(cursors::kAuthMethods,
                     to_text(MethodsCursor{sweep.begun(), read->is_denied, read->unread}));
  return {};
}

}  // namespace entrad::backup
