# Draws the stacks that `perf script` prints as a flame graph: what is wide was seen often, what stands on it was called by it.
/^[^ \t#]/ { depth = 0; next }
/^[ \t]+[0-9a-f]+ / { name = $2; sub(/\+0x[0-9a-f]+$/, "", name); frames[++depth] = name; next }
/^$/ && depth {
    path = ""
    for (i = depth; i > 0; i--) {
        path = path SUBSEP frames[i]
        if (!(path in count)) { order[++paths] = path; level[path] = depth - i; label[path] = frames[i] }
        count[path]++
        if (depth - i > top) top = depth - i
    }
    total++
    depth = 0
}
function escaped(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); return text }
function parent(path,   i) { for (i = length(path); i > 0; i--) if (substr(path, i, 1) == SUBSEP) return substr(path, 1, i - 1); return "" }
END {
    width = 1200; row = 17
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"monospace\" font-size=\"11\">\n", width, (top + 2) * row
    printf "<text x=\"4\" y=\"12\">%d samples</text>\n", total
    for (i = 1; i <= paths; i++) {
        path = order[i]; under = parent(path)
        x = start[under] + used[under]; w = count[path] / total * width
        start[path] = x; used[under] += w
        if (w < 1) continue
        y = (top - level[path] + 1) * row
        printf "<g><title>%s (%.1f %%)</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"hsl(%d,75%%,65%%)\" stroke=\"white\"/>", \
            escaped(label[path]), 100 * count[path] / total, x, y, w, row, 20 + length(label[path]) * 7 % 40
        if (w > 40) printf "<text x=\"%.1f\" y=\"%d\">%s</text>", x + 3, y + 12, escaped(substr(label[path], 1, int(w / 7)))
        print "</g>"
    }
    print "</svg>"
}
