#!/usr/bin/env bash
# A sweep of 12 runs in 3 shards under GNU parallel, into one folder: one shard is killed and repeated, a finished one
# does nothing twice, and what comes out is what one command makes of it.
#
#     bash tests/shards.sh target/release/optimizer-explorer [FOLDER]
set -euo pipefail
program=$(realpath "$1")
folder=${2:-$(mktemp -d)}
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

cat >sweep.toml <<'TOML'
title = "Rates and seeds"
seeds = [1, 2, 3]
[data]
source = "builtin:airline"
[data.window]
lookback = 24
[model]
hidden = 16
[training]
steps = 1000
checkpoint_seconds = 0.1
[[contender]]
name = "rate 0.001"
[[contender]]
name = "rate 0.003"
schedule = { learning_rate = 0.003 }
[[contender]]
name = "rate 0.01"
schedule = { learning_rate = 0.01 }
[[contender]]
name = "SGD"
optimizer = { kind = "sgd" }
TOML

"$program" train sweep.toml --out whole --quiet >whole.log

# The second shard begins, and is killed when it is in the middle of a run.
"$program" train sweep.toml --out parts --shard 2/3 --quiet >/dev/null &
killed=$!
for _ in $(seq 600); do
    if ls parts/*/seed-*/checkpoint/*.checkpoint >/dev/null 2>&1; then break; fi
    sleep 0.05
done
kill -9 "$killed"
wait "$killed" 2>/dev/null || true
begun=$(ls -d parts/*/seed-* | wc -l)
finished=$({ grep -l '"status": "finished"' parts/*/seed-*/run.json || true; } | wc -l)
[ "$begun" -ge 1 ] && [ "$finished" -lt 4 ] || { echo "the shard was not killed in the middle: $begun begun, $finished finished"; exit 1; }

# All three at once, the killed one among them.
parallel --jobs 3 "$program" train sweep.toml --out parts --quiet --shard {}/3 ::: 1 2 3 >parts.log

# A repeated shard writes nothing.
before=$(find parts -type f -printf '%p %T@\n' | sort)
"$program" train sweep.toml --out parts --quiet --shard 1/3 >/dev/null
[ "$before" = "$(find parts -type f -printf '%p %T@\n' | sort)" ] || { echo "a repeated shard wrote something"; exit 1; }

# The same runs with the same results, to the last bit.
count=0
for run in whole/*/seed-*; do
    other=parts/${run#whole/}
    cmp "$run/forecast.csv" "$other/forecast.csv"
    cmp "$run/metrics.json" "$other/metrics.json"
    cmp <(cut -d, -f1,2,4- "$run/history.csv") <(cut -d, -f1,2,4- "$other/history.csv")
    cmp <(grep -E '"(data|initial_weights|batch_order|final_weights|status)"' "$run/run.json") \
        <(grep -E '"(data|initial_weights|batch_order|final_weights|status)"' "$other/run.json")
    count=$((count + 1))
done
[ "$count" -eq 12 ] && [ "$(ls -d parts/*/seed-* | wc -l)" -eq 12 ] || { echo "$count runs and not 12"; exit 1; }

# And as one comparison: the same page, but for seconds and places.
for which in whole parts; do
    "$program" export $which --format html -o $which.html >/dev/null
    "$program" export $which --format csv -o $which-csv >/dev/null
done
cmp <(sed -E 's/[0-9.]+<\/td><td class="text">finished/finished/; s/(whole|parts)\//DIR\//g; s/with [0-9]+ threads/with threads/' whole.html) \
    <(sed -E 's/[0-9.]+<\/td><td class="text">finished/finished/; s/(whole|parts)\//DIR\//g; s/with [0-9]+ threads/with threads/' parts.html)
for file in whole-csv/*; do cmp "$file" "parts-csv/${file#whole-csv/}"; done
echo "12 runs in 3 shards, one killed ($finished of 4 finished then) and repeated: the same as in one piece"
