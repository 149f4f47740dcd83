import type { CheckReport, Finding, FindingInRelease, Release } from '@pageref/shared';

/** How reports tell in which releases a finding is. */

/** For formats with a line for each finding: the line says the releases, too. */
export function withReleases(report: CheckReport): CheckReport {
  if (!report.releases) return report;
  const said = (one: Finding): Finding =>
    one.releases
      ? { ...one, message: `${one.message} (${one.releases.map(({ release }) => release).join(', ')})` }
      : one;
  return { ...report, findings: report.findings.map(said) };
}

/** What a finding is in a release; undefined where it is not there. */
export function inRelease({ releases = [] }: Finding, release: Release): FindingInRelease | undefined {
  return releases.find((one) => one.release === release);
}
