#!/bin/bash
# The newcomer's walk, at 1280x800: open a CSV, change an optimizer, add a contender, run, pause, zoom, export, close.
# tests/walk.sh BINARY OUTDIR. Needs xvfb, xdotool, imagemagick, and python3 (only to press the X button).
# Places that move are avoided: the palette (Ctrl+K) and keys where there are some. The list of optimizers is the
# place found by the mouse, five turns of the wheel down in the setup (OPTIMIZER_Y, if it moves); so is the button
# Export of the dialog (EXPORT_Y) and "Don't save".
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: walk.sh BINARY OUTDIR" >&2; exit 2; }
if [ -z "${WALK_SCREEN:-}" ]; then
    WALK_SCREEN=1 LP_NUM_THREADS=1 LIBGL_ALWAYS_SOFTWARE=1 \
        exec xvfb-run -a -s "-screen 0 1280x800x24" "$0" "$@"
fi
binary=$(realpath "$1"); mkdir -p "$2"; out=$(realpath "$2")
work=$(mktemp -d)
window=
cleanup() { [ -z "$window" ] || kill "$window" 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT
fail() { echo "walk.sh: $1" >&2; import -window root "$out/walk-failed.png" || true; exit 1; }
# A file the program does not bring: 120 months.
{ echo "month,sales"; for i in $(seq 0 119); do
    awk -v i="$i" 'BEGIN{printf "%04d-%02d,%.2f\n", 2010+int(i/12), i%12+1, 100+i+20*sin(i*0.5236)}'; done; } > "$work/sales.csv"
cd "$work"
HOME=$work XDG_CONFIG_HOME=$work/config LC_ALL=C "$binary" >"$out/walk.log" 2>&1 &
window=$!
alive() { kill -0 "$window" 2>/dev/null || fail "the program ended while $1"; }
picture() { alive "$1"; sleep 0.7; import -window root "$out/walk-$1.png"; }
# Fails where two pictures show the same, in the part WxH+X+Y.
changed() {
    local pixels
    pixels=$(compare -metric AE -extract "$3" "$out/walk-$1.png" "$out/walk-$2.png" null: 2>&1 | sed 's/[^0-9.e+].*//') || true
    [ "$(printf '%.0f' "${pixels:-0}")" -gt "${4:-200}" ] || fail "$2: nothing changed since $1 in $3"
}
command() {
    xdotool key ctrl+k; sleep 0.6; xdotool type --delay 25 "$1"; sleep 0.6; xdotool key Return; sleep 0.8
}
for tries in $(seq 100); do
    xdotool search --onlyvisible --name "Optimizer Explorer" windowfocus 2>/dev/null && break
    alive "opening"; [ "$tries" -lt 100 ] || fail "no window"; sleep 0.3
done
xdotool mousemove 640 790; sleep 3
picture 00-start
# 1. Open a file: Ctrl+O, its path, Enter.
xdotool key ctrl+o; sleep 0.8; xdotool type --delay 15 "$work/sales.csv"; sleep 0.3; xdotool key Return; sleep 2
picture 01-open; changed 00-start 01-open 575x235+376+105
# 2. Another optimizer: scroll to the section, its list, the fifth entry (RMSprop).
xdotool mousemove 150 600; for _ in 1 2 3 4 5; do xdotool click 5; sleep 0.1; done; sleep 1
y=${OPTIMIZER_Y:-375}
xdotool mousemove 207 "$y"; sleep 0.2; xdotool click 1; sleep 0.6
picture 02a-list
xdotool mousemove 180 $((y + 135)); sleep 0.2; xdotool click 1; sleep 0.8
xdotool mousemove 640 790
picture 02-optimizer; changed 01-open 02-optimizer 270x400+10+300
# 3. A further contender.
command "Add contender"
picture 03-added; changed 02-optimizer 03-added 295x200+984+50
# 4. Run, at a pace that no machine ends before it is paused, and 5. pause.
command "100 steps a second"
xdotool mousemove 640 790; xdotool key space; sleep 4
picture 04-run; changed 03-added 04-run 250x330+376+402
xdotool key space; sleep 1
picture 05-paused
sleep 1; picture 05b-still
pixels=$(compare -metric AE -extract 250x330+376+402 "$out/walk-05-paused.png" "$out/walk-05b-still.png" null: 2>&1 | sed 's/[^0-9.e+].*//') || true
[ "$(printf '%.0f' "${pixels:-0}")" -lt 50 ] || fail "curves move while paused"
# 6. Zoom.
xdotool key plus; sleep 0.3; xdotool key plus
picture 06-zoomed; changed 05-paused 06-zoomed 250x330+376+402
# 7. Export the first contender's model, whose name has followed its optimizer (ONNX, to the folder that the program was started in).
command "Export RMSprop"
picture 07a-dialog; changed 06-zoomed 07a-dialog 560x200+360+300
xdotool mousemove 936 "${EXPORT_Y:-525}"; sleep 0.3; xdotool click 1
for tries in $(seq 40); do
    model=$(find "$work" -maxdepth 1 -name '*.onnx' -size +4k); [ -z "$model" ] || break
    alive "exporting"; sleep 0.5
done
picture 07-exported
[ -n "$model" ] || fail "no model was exported"
xdotool key Escape; sleep 0.5
# 8. Close, as a window manager's X does, and do not save.
python3 - "$(xdotool search --onlyvisible --name "Optimizer Explorer" | head -1)" <<'P'
import ctypes, sys
X = ctypes.CDLL("libX11.so.6")
P, U = ctypes.c_void_p, ctypes.c_ulong
X.XOpenDisplay.restype = P
X.XInternAtom.restype = U
X.XInternAtom.argtypes = [P, ctypes.c_char_p, ctypes.c_int]
X.XSendEvent.argtypes = [P, U, ctypes.c_int, ctypes.c_long, P]
X.XFlush.argtypes = X.XCloseDisplay.argtypes = [P]
class Event(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("serial", U), ("send", ctypes.c_int), ("display", P), ("window", U),
                ("message", U), ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("rest", ctypes.c_long * 24)]
display, window = X.XOpenDisplay(None), int(sys.argv[1])
event = Event(type=33, window=window, message=X.XInternAtom(display, b"WM_PROTOCOLS", 0), format=32)
event.data[0] = X.XInternAtom(display, b"WM_DELETE_WINDOW", 0)
X.XSendEvent(display, window, 0, 0, ctypes.byref(event))
X.XFlush(display)
X.XCloseDisplay(display)
P
sleep 1; picture 08-close-asks
xdotool mousemove 700 437; sleep 0.3; xdotool click 1
for tries in $(seq 40); do kill -0 "$window" 2>/dev/null || break; sleep 0.25; done
kill -0 "$window" 2>/dev/null && fail "the window did not close"
status=0; wait "$window" || status=$?; window=
[ "$status" = 0 ] || fail "the program ended with status $status"
size=$(stat -c %s "$model")
[ "$size" -gt 20000 ] && [ "$size" -lt 2000000 ] || fail "$model has $size bytes"
cp "$model" "$out/"
echo "walk.sh: $(basename "$model"), $size bytes; pictures in $out"
