#include "ctl/suggestion.h"

#include "base/near.h"
#include "ctl/commands.h"
#include "ctl/render/text.h"

namespace entrad::ctl {
namespace {

bool takes_value(const std::string& option) {
  return option == "--socket" || option == "-t" || option == "--tenant";
}

// The first two words that are no options: a group and a verb, or a command and its argument.
std::vector<std::string> command_words(const std::vector<std::string>& args) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < args.size() && words.size() < 2; ++i) {
    if (takes_value(args[i]))
      ++i;
    else if (!args[i].starts_with('-'))
      words.push_back(args[i]);
  }
  return words;
}

std::vector<std::string> first_words() {
  std::vector<std::string> words;
  for (const Command& command : commands())
    words.emplace_back(command.group.empty() ? command.verb : command.group);
  return words;
}

// Empty for a command of one word.
std::vector<std::string> verbs_of(const std::string& group) {
  std::vector<std::string> verbs;
  for (const Command& command : commands())
    if (command.group == group) verbs.emplace_back(command.verb);
  return verbs;
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

base::Error no_such(const std::string& words, const std::string& meant, const std::string& help) {
  return {
      base::ErrorKind::invalid_argument, "there is no command \"" + render::clean(words) + "\"",
      meant.empty() ? "see entractl " + help + "--help" : "did you mean `entractl " + meant + "`?",
      nullptr};
}

}  // namespace

std::optional<base::Error> unknown_command(const std::vector<std::string>& args) {
  const auto words = command_words(args);
  if (words.empty()) return std::nullopt;
  const auto known = first_words();
  if (!contains(known, words[0])) return no_such(words[0], base::nearest(words[0], known), "");
  const auto verbs = verbs_of(words[0]);
  if (verbs.empty() || words.size() < 2 || contains(verbs, words[1])) return std::nullopt;
  const std::string meant = base::nearest(words[1], verbs);
  return no_such(words[0] + " " + words[1], meant.empty() ? meant : words[0] + " " + meant,
                 words[0] + " ");
}

}  // namespace entrad::ctl
