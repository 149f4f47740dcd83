import { compareReleases, NEWEST_RELEASE, OLDEST_RELEASE, type Release } from './release.js';

/** Last minor number of each major series that is closed: 4.20 was followed by 5.0, 5.19 by 6.0, 6.19 by 7.0. */
const LAST_MINOR: Readonly<Record<number, number>> = { 4: 20, 5: 19, 6: 19 };

/** Every mainline release the model can be asked about, oldest first. */
export function knownReleases(): Release[] {
  const releases: Release[] = [];
  let release = OLDEST_RELEASE;
  while (compareReleases(release, NEWEST_RELEASE) <= 0) {
    releases.push(release);
    release = nextRelease(release);
  }
  return releases;
}

/** The mainline release after `release`. */
export function nextRelease(release: Release): Release {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return LAST_MINOR[major] === minor ? `${major + 1}.0` : `${major}.${minor + 1}`;
}
