// Rounds of a delta query: what changed in a collection since the round before.
//
// A first round brings every object and ends with a link; a later round starts from that link and
// brings what changed. Objects come unordered, may come several times in one round (the last word
// counts), and may come again in a later one: whoever takes them applies them by id, so that doing
// it twice changes nothing. A big group comes in parts, each with some of its members.
// What delta does not say: licences' details, authentication methods, role assignments, and
// whatever was not selected; it has had silent gaps, so that a full sweep now and then is still
// needed. Source: Microsoft Graph, "Use delta query to track changes in Microsoft Graph data", the
// pages on users and groups; threads on gaps and lost tokens in Microsoft's repositories. Thread
// safety: functions that may be called from any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/delta_page.h"
#include "graph/lines.h"

namespace entrad::graph {

// Where the next round starts. Stored in the same transaction as what the round brought.
struct DeltaCursor {
  std::string link;   // empty: there was no round yet
  std::string query;  // hash of what is asked for: a link is good for that selection only
};

struct DeltaPage {
  std::string_view body;        // as Graph gave it
  std::vector<Change> changes;  // one for each element of its `value`, in the same order
};

struct DeltaReader {
  std::function<base::Result<void>(const DeltaPage&)> page;
  // What this round has brought so far is void: either all of it comes again from the beginning, or
  // the round ends with start_over.
  std::function<void()> discard;
};

struct DeltaRound {
  enum class End {
    closed,      // `next` is to be stored, also when nothing changed
    start_over,  // the stored link leads nowhere any more: read a first round, and count what it
                 // does not bring as deleted, after a look into the recycle bin
  };
  End end = End::closed;
  DeltaCursor next;
  std::string reason;  // of start_over, for people
};

// A round from `since` on. `first` is the request of a first round, with every parameter; later
// rounds send none, their link carries them. Graph's `Prefer: return=minimal` is not used: whole
// objects can be stored as they come. A page token that is lost in mid-round makes it call
// `discard` and begin the round again, up to three times. start_over: the link is for another
// selection or another endpoint (nothing is sent there), or Graph refuses it with 410,
// syncStateNotFound, resyncRequired, or any 4xx but 401, 403, 408 and 429. Errors: those of the
// first page that failed for good, of the reader, graph_refused for a link to another host, or for
// a round that ends without a deltaLink.
base::Result<DeltaRound> read_round(Lines& lines, const Request& first, const DeltaCursor& since,
                                    const DeltaReader& reader, const Call& call);

// Where changes from this moment on start, without reading what is there. Taken before a plain list
// of everything, it leaves no gap between the two. Errors: as read_round.
base::Result<DeltaCursor> latest_cursor(Lines& lines, const Request& first, const Call& call);

// Hash of collection and parameters; the order of the selected names does not matter.
std::string delta_query_hash(const Request& first);

}  // namespace entrad::graph
