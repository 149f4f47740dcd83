/** Nobody mistypes a longer name, and how far two of them are apart takes the product of their lengths. Characters. */
const LONGEST = 80;

/** Candidates that look like a typing mistake of `text`, nearest first, at most `limit` of them. */
export function nearest(text: string, candidates: Iterable<string>, limit = 3): string[] {
  if (text.length > LONGEST) return [];
  const wanted = text.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return [...new Set(candidates)]
    .map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase(), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** Edit distance; a name that continues the wanted one counts as near, and hopeless lengths are not computed. */
function distanceOf(wanted: string, name: string, most: number): number {
  if (name === wanted) return 0;
  if (wanted.length >= 3 && name.startsWith(wanted)) return most;
  if (Math.abs(wanted.length - name.length) > most) return Infinity;
  return editDistance(wanted, name, most);
}

/**
 * Number of single-character insertions, deletions, replacements and swaps of neighbours between two short words; Infinity as
 * soon as it is seen to be more than `most`.
 */
function editDistance(a: string, b: string, most: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  let leastBefore = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (beforeLast[j - 2] ?? Infinity) + 1 : Infinity;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost, swap));
    }
    const least = Math.min(...row);
    if (least > most && leastBefore > most) return Infinity;
    leastBefore = least;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
