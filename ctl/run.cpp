#include "ctl/run.h"

#include <algorithm>

#include "api/error_table.h"
#include "ctl/commands.h"
#include "ctl/render/json.h"

namespace entrad::ctl {
namespace {

int report(const base::Error& error, bool as_json, Streams& streams) {
  streams.err << (as_json ? render::error_document(error) : render::error_text(error))
              << std::flush;
  return api::error_row(error.kind).exit_code;
}

int carry_out(const Parsed& parsed, Streams& streams, const Now& now) {
  const Interrupt interrupt;
  Context context(parsed.options, streams, now, interrupt);
  const Exit exit = parsed.handler(context);
  streams.out.flush();
  if (exit && !streams.out)
    return report(
        {base::ErrorKind::internal, "the answer could not be written whole",
         "is the disk full that it goes to? What was asked for is done all the same", nullptr},
        parsed.options.json, streams);
  if (exit) return *exit;
  const int code = report(exit.error(), parsed.options.json, streams);
  return interrupt.requested() ? static_cast<int>(api::exit_interrupted) : code;
}

}  // namespace

int run(const std::vector<std::string>& args, Streams& streams, const Now& now) {
  const bool as_json = std::find(args.begin(), args.end(), "--json") != args.end();
  try {
    const auto parsed = parse(args);
    if (!parsed) return report(parsed.error(), as_json, streams);
    if (parsed->handler != nullptr) return carry_out(*parsed, streams, now);
    streams.out << parsed->text << std::flush;
    return api::exit_ok;
  } catch (const std::exception& problem) {
    return report({base::ErrorKind::internal, problem.what(), "please report this", nullptr},
                  as_json, streams);
  }
}

}  // namespace entrad::ctl
