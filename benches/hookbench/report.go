package main

import (
	"fmt"
	"io"
	"math"
	"sort"
	"strings"
)

// spread is a median with its quartiles.
type spread struct {
	Median float64 `json:"median"`
	Q1     float64 `json:"q1"`
	Q3     float64 `json:"q3"`
}

func spreadOf(values []float64) spread {
	sorted := append([]float64(nil), values...)
	sort.Float64s(sorted)
	at := func(part float64) float64 {
		if len(sorted) == 0 {
			return math.NaN()
		}
		place := part * float64(len(sorted)-1)
		low := int(place)
		high := min(low+1, len(sorted)-1)
		return sorted[low] + (sorted[high]-sorted[low])*(place-float64(low))
	}
	return spread{Median: at(0.5), Q1: at(0.25), Q3: at(0.75)}
}

// goal is what a row is for. Official is the Go plugin with the official SDK on the real host, as
// measured elsewhere.
type goal struct {
	name, title, unit string
	higher            bool
	limit, official   float64
	compare           comparison
}

// comparison with the official figure.
type comparison int

const (
	// asIs: the figures are comparable as they are.
	asIs comparison = iota
	// switching: most of it is switching between the two processes, so the figure is corrected
	// by what a switch takes on this machine.
	switching
	// instead: the goal counts against the official figure, since our Go peer is smaller.
	instead
)

var goals = []goal{
	{"hook.p50", "hook, 1 caller: p50", "µs", false, 0.70, 48, switching},
	{"hook.cpu", "hook, 1 caller: plugin CPU", "µs", false, 0.35, 33, switching},
	{"hook.rate", "hook, 1 caller", "/s", true, 0, 14000, switching},
	{"hook64.cpu", "hook, 64 callers: plugin CPU", "µs", false, 0.35, 13.6, asIs},
	{"hook64.rate", "hook, 64 callers", "/s", true, 1.6, 49000, asIs},
	{"hook64.p99", "hook, 64 callers: p99", "µs", false, 0, 0, asIs},
	{"hookchange.p50", "hook that changes the post: p50", "µs", false, 0, 0, asIs},
	{"hookchange.cpu", "hook that changes the post: plugin CPU", "µs", false, 0, 0, asIs},
	{"get.p50", "GET: p50", "µs", false, 0.70, 753, asIs},
	{"get.cpu", "GET: plugin CPU", "µs", false, 0.25, 383, asIs},
	{"response.mb", "64 MiB response", "MB/s", true, 3.5, 187, switching},
	{"response.cpu", "64 MiB response: plugin CPU", "ms/MB", false, 0, 0, asIs},
	{"request.mb", "16 MiB request body", "MB/s", true, 1.3, 613, asIs},
	{"request.cpu", "16 MiB request body: plugin CPU", "ms/MB", false, 0, 0, asIs},
	{"kvget.p50", "KVGet: p50", "µs", false, 0.75, 42, switching},
	{"kvget.cpu", "KVGet: plugin CPU", "µs", false, 0.35, 27, switching},
	{"kvget64.rate", "KVGet, 64 callers", "/s", true, 0, 41000, asIs},
	{"getuser.p50", "GetUser: p50", "µs", false, 0, 91, switching},
	{"getusers.p50", "GetUsers of 100: p50", "µs", false, 0.65, 1630, asIs},
	{"config.p50", "GetConfig: p50", "µs", false, 0.70, 187, asIs},
	{"rss.idle", "RSS idle", "MiB", false, 0.20, 19.7, instead},
	{"rss.loaded", "RSS after load", "MiB", false, 0.25, 23.9, instead},
	{"size.executable", "executable", "MiB", false, 0.15, 17.1, instead},
	{"size.bundle", "bundle", "MB", false, 0.18, 6.6, instead},
	{"start", "start until OnActivate is done", "ms", false, 0.50, 49, asIs},
}

// row of the report. Ratio is B/A, round by round; OfficialRatio is B against the official figure.
type row struct {
	Name          string  `json:"name"`
	Title         string  `json:"title"`
	Unit          string  `json:"unit"`
	A             spread  `json:"a"`
	B             spread  `json:"b"`
	Ratio         spread  `json:"ratio"`
	Official      float64 `json:"official_go,omitempty"`
	PeerRatio     float64 `json:"a_to_official,omitempty"`
	OfficialRatio float64 `json:"b_to_official,omitempty"`
	Goal          float64 `json:"goal,omitempty"`
	Higher        bool    `json:"higher_is_better"`
	Met           *bool   `json:"met,omitempty"`
	compare       comparison
}

type report struct {
	Pinned string `json:"pinned_to_core"`
	Rounds int    `json:"rounds"`
	Noise  bool   `json:"a_a_run"`
	// PingPong is what the machine takes for 300 bytes there and back, in µs.
	PingPong float64     `json:"ping_pong_us"`
	A        description `json:"a"`
	B        description `json:"b"`
	Rows     []row       `json:"rows"`
	Growth   [][2]grown  `json:"growth,omitempty"`
}

func (r *report) fill(all samples) {
	all["size.executable"] = &[2][]float64{
		{float64(r.A.ExecutableBytes) / mib}, {float64(r.B.ExecutableBytes) / mib},
	}
	if r.A.BundleBytes > 0 && r.B.BundleBytes > 0 {
		all["size.bundle"] = &[2][]float64{{float64(r.A.BundleBytes) / 1e6}, {float64(r.B.BundleBytes) / 1e6}}
	}
	for _, goal := range goals {
		if values := all[goal.name]; values != nil {
			r.Rows = append(r.Rows, goal.row(values))
		}
	}
}

func (g goal) row(values *[2][]float64) row {
	ratios := make([]float64, min(len(values[0]), len(values[1])))
	for i := range ratios {
		ratios[i] = values[1][i] / values[0][i]
	}
	result := row{
		Name: g.name, Title: g.title, Unit: g.unit, A: spreadOf(values[0]), B: spreadOf(values[1]),
		Ratio: spreadOf(ratios), Official: g.official, Goal: g.limit, Higher: g.higher, compare: g.compare,
	}
	if g.official > 0 {
		result.PeerRatio = result.A.Median / g.official
		result.OfficialRatio = result.B.Median / g.official
	}
	if g.limit > 0 {
		ratio := result.Ratio.Median
		if g.compare == instead {
			ratio = result.OfficialRatio
		}
		met := (g.higher && ratio >= g.limit) || (!g.higher && ratio <= g.limit)
		result.Met = &met
	}
	return result
}

func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "A  %s\nB  %s\n", r.A.Path, r.B.Path)
	if r.Noise {
		fmt.Fprintln(w, "A/A run: the ratios are noise")
	}
	where := "not pinned"
	if r.Pinned != "" {
		where = "host and plugin on core " + r.Pinned
	}
	fmt.Fprintf(w, "%d rounds, blocks in turn, %s; median (quartiles); HTTP rows at the ServeHTTP hook, no HTTP server\n", r.Rounds, where)
	fmt.Fprintf(w, "this machine: 300 bytes over a raw unix socket and back %.1f µs (that of the official figures: 5–8)\n\n", r.PingPong)
	fmt.Fprintf(w, "%-40s %-6s %22s %22s %20s %9s  %s\n", "", "", "A", "B", "B/A", "goal", "A/official Go")
	for _, row := range r.Rows {
		fmt.Fprintf(w, "%-40s %-6s %22s %22s %20s %9s  %s\n", row.Title, row.Unit,
			row.A, row.B, row.Ratio.ratio(), row.verdict(), row.peer(r.slower()))
	}
	fmt.Fprintln(w, "\n* size and memory count against the official Go plugin (17.1 MiB, 6.6 MB, 19.7 and 23.9 MiB):",
		"our Go peer lacks most of its dependencies")
	r.printPeer(w)
	r.printGrowth(w)
}

// tolerance around the official figures within which A stands for the official SDK.
const tolerance = 0.40

// slower is how many times longer this machine takes to switch between processes.
func (r *report) slower() float64 { return r.PingPong / officialPingPong }

// corrected is A against the official figure on a machine with those switches.
func (r row) corrected(slower float64) float64 {
	switch {
	case r.compare != switching:
		return r.PeerRatio
	case r.Higher:
		return r.PeerRatio * slower
	}
	return r.PeerRatio / slower
}

// printPeer names the rows in which A does not stand for the official Go plugin.
func (r *report) printPeer(w io.Writer) {
	fmt.Fprintf(w, "c corrected: a switch between processes takes %.1f times what it took there\n", r.slower())
	var outside []string
	for _, row := range r.Rows {
		ratio := row.corrected(r.slower())
		if row.Official > 0 && row.compare != instead && math.Abs(ratio-1) > tolerance {
			outside = append(outside, fmt.Sprintf("%s (%.2f)", row.Title, ratio))
		}
	}
	if len(outside) > 0 {
		fmt.Fprintf(w, "A is more than 40 %% off the official figures in: %s\n", strings.Join(outside, "; "))
	}
}

func (s spread) String() string {
	return fmt.Sprintf("%s (%s–%s)", short(s.Median), short(s.Q1), short(s.Q3))
}

func (s spread) ratio() string { return fmt.Sprintf("%.2f (%.2f–%.2f)", s.Median, s.Q1, s.Q3) }

func short(value float64) string {
	switch {
	case value >= 1000:
		return fmt.Sprintf("%.0f", value)
	case value >= 10:
		return fmt.Sprintf("%.1f", value)
	}
	return fmt.Sprintf("%.2f", value)
}

func (r row) verdict() string {
	if r.Met == nil {
		return ""
	}
	sign, mark := "≤", "-"
	if r.Higher {
		sign = "≥"
	}
	if *r.Met {
		mark = "+"
	}
	return fmt.Sprintf("%s%.2f %s", sign, r.Goal, mark)
}

func (r row) peer(slower float64) string {
	switch {
	case r.Official == 0:
		return ""
	case r.compare == instead:
		return fmt.Sprintf("%.2f; B/official %.2f *", r.PeerRatio, r.OfficialRatio)
	case r.compare == switching:
		return fmt.Sprintf("%.2f; %.2f c", r.PeerRatio, r.corrected(slower))
	}
	return fmt.Sprintf("%.2f", r.PeerRatio)
}
