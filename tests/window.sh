#!/bin/sh
# Starts the real program on a virtual screen, trains the first scenario by the keyboard and takes
# pictures: tests/window.sh BINARY OUTDIR. Needs xvfb, xdotool and imagemagick.
set -eu
if [ $# -ne 2 ]; then
    echo "usage: tests/window.sh BINARY OUTDIR" >&2
    exit 2
fi
if [ -z "${WINDOW_TEST_SCREEN:-}" ]; then
    # Software GL would otherwise take every core.
    WINDOW_TEST_SCREEN=1 LP_NUM_THREADS=1 \
        exec xvfb-run -a -s "-screen 0 ${SCREEN:-1280x800x24}" "$0" "$@"
fi
binary=$1
out=$2
# A screen without OpenGL: a status of 1 and one line that says why, not a window that was never there.
if XDG_CONFIG_HOME=/nonexistent LIBGL_DRIVERS_PATH=/nonexistent __EGL_VENDOR_LIBRARY_FILENAMES=/nonexistent \
    timeout 20 xvfb-run -a -s "-screen 0 640x480x24 -extension GLX" "$binary" 2>"$2.log"; then
    echo "tests/window.sh: no error without OpenGL" >&2
    exit 1
fi
grep -q "the window could not open: " "$2.log" || { echo "tests/window.sh: $(cat "$2.log")" >&2; exit 1; }
mkdir -p "$out"
frames="$out/frames.txt"
rm -f "$frames"
# The window as a newcomer sees it, whatever this user's own settings are.
settings=$(mktemp -d)
XDG_CONFIG_HOME=$settings LC_ALL=C OPTIMIZER_EXPLORER_FRAME_LOG=$frames "$binary" &
window=$!
trap 'kill "$window" 2>/dev/null || true; rm -rf "$settings"' EXIT

fail() {
    echo "tests/window.sh: $1" >&2
    exit 1
}
alive() {
    kill -0 "$window" 2>/dev/null || fail "the program ended while $1"
}
picture() {
    alive "taking $1"
    import -window root "$out/$1.png"
    colours=$(identify -format %k "$out/$1.png")
    [ "$colours" -gt 50 ] || fail "$1.png is blank ($colours colours)"
}
differ() {
    pixels=$(compare -metric AE "$out/$1.png" "$out/$2.png" null: 2>&1 | sed 's/[^0-9.e+].*//') || true
    [ "$(printf '%.0f' "${pixels:-0}")" -gt 500 ] || fail "$1.png and $2.png look the same"
}

tries=0
until xdotool search --name "Optimizer Explorer" >/dev/null 2>&1; do
    alive "opening its window"
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || fail "no window within 30 seconds"
    sleep 0.5
done
# With no window manager nobody gives the window the keyboard; it takes it only once it is on screen.
tries=0
until xdotool search --onlyvisible --name "Optimizer Explorer" windowfocus 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || fail "the window does not take the keyboard"
    sleep 0.5
done
xdotool mousemove 640 790
sleep 3
picture ready
xdotool key space
sleep 2
picture training
sleep "${TRAINING_SECONDS:-30}"
picture finished
alive "training"
differ ready training
differ ready finished
echo "tests/window.sh: pictures in $out"
