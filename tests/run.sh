#!/usr/bin/env bash
# tests/run.sh: installs what is missing, builds, and runs every test. The last thing it prints is
# ctest's own summary over all builds.
#
#   tests/run.sh          everything: the release build with all tests and stories, the unit tests
#                         under the sanitizers, the lints, clang-tidy
#   tests/run.sh --quick  only the release build, without clang-tidy and the slowest story
#   tests/run.sh --long   everything with the long campaigns (ENTRAD_LONG=1), and the end-to-end
#                         tests under the address sanitizer too
#
# What runs where: all tests, lint, formatting and clang-tidy in `release`; the unit tests again in
# `dev`; the unit tests of the rooms that own threads again in `tsan` (ENTRAD_TESTS in
# CMakePresets.json). JOBS=N sets how many things run at once.
#
# What ccache knows need not be compiled again, in this clone or another, and clang-tidy looks at
# what tests/lint/tidy_clean.txt does not know: under 20 minutes on 2 cores then, and an hour where
# nothing is compiled yet.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"

presets=(release dev tsan)
left_out='^$'
long=0
for argument in "$@"; do
  case $argument in
    --quick) presets=(release) left_out='^(lint\.tidy|e2e\.utilisation)$' ;;
    --long) long=1 ;;
    -h | --help) sed -n '2,18s/^# \{0,1\}//p' "$0" && exit 0 ;;
    *) echo "run.sh: unknown option $argument (see tests/run.sh --help)" >&2 && exit 2 ;;
  esac
done
jobs=${JOBS:-$(nproc)}
export ENTRAD_LONG=${ENTRAD_LONG:-$long}
export CTEST_OUTPUT_ON_FAILURE=1
mkdir -p build

stage() { # stage NAME COMMAND...: runs it quietly, prints one line with its time, stops on failure
  local name=$1 log=build/log-${1// /-}.txt started=$SECONDS
  shift
  if "$@" >"$log" 2>&1; then
    printf '%-28s ok   %4d s\n' "$name" $((SECONDS - started))
  else
    tail -n 60 "$log" >&2
    printf '%-28s FAILED after %d s: the whole output is in %s\n' "$name" $((SECONDS - started)) \
      "$log" >&2
    exit 1
  fi
}

build() { # build PRESET
  local tests=()
  if [ "$1" = dev ] && [ "$ENTRAD_LONG" = 1 ]; then tests=(-DENTRAD_TESTS=all); fi
  stage "configure $1" cmake --preset "$1" "${tests[@]}"
  stage "build $1" cmake --build --preset "$1" -j "$jobs"
}

stage "install packages" config/install-packages.sh build test
for preset in "${presets[@]}"; do build "$preset"; done

# One ctest over all the builds, so that its summary counts everything.
mkdir -p build/all
for preset in "${presets[@]}"; do echo "subdirs(\"$top/build/$preset\")"; done >build/all/CTestTestfile.cmake
status=0
# One more at once than there are cores: half of the tests wait more than they work.
ctest --test-dir build/all -j "$((jobs + 1))" --no-tests=error -E "$left_out" | tee build/all/output.txt ||
  status=$?
if [ "$status" != 0 ]; then
  python3 tests/why_failed.py build/all/Testing/Temporary/LastTest.log || true
  sed -n '/tests passed,/,$p' build/all/output.txt
fi
exit "$status"
