import type {
  ContractCaller,
  ContractEffect,
  ContractsReport,
  ContractsSummary,
  FunctionContract,
  WrapperContract,
} from '@pageref/shared';
import { functionsJson, stringify, unreadJson } from '../json-parts.js';

/** The contract of docs/json.md for `pageref contracts`, rebuilt key by key like the other reports. */
export function contractsJson(report: ContractsReport): string {
  const { schemaVersion, tool, release, root, kinds, asked, wrappers, contracts, callers, summary } = report;
  return stringify({
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    release,
    root,
    kinds: [...kinds],
    asked,
    wrappers: wrappers.map(wrapperJson),
    contracts: contracts.map(contractJson),
    callers: callers.map(callerJson),
    summary: summaryJson(summary),
  });
}

function wrapperJson(wrapper: WrapperContract): WrapperContract {
  const { path, line, function: name, static: local, level, of, answers, does, sites } = wrapper;
  return {
    path,
    line,
    function: name,
    static: local,
    level,
    of,
    answers,
    does,
    sites: sites.map((site) => ({
      path: site.path,
      line: site.line,
      column: site.column,
      function: site.function,
      role: site.role,
    })),
  };
}

function contractJson(contract: FunctionContract): FunctionContract {
  const { path, line, function: name, static: local, tells, effects, gives, needs, limits } = contract;
  return {
    path,
    line,
    function: name,
    static: local,
    tells: tells && { question: tells.question, of: tells.of, yes: tells.yes, no: tells.no, maybe: tells.maybe },
    effects: effects.map(effectJson),
    gives: gives.map(({ result, kinds, nullable, same }) => ({ result, kinds, nullable, same })),
    needs: needs.map(({ of, text }) => ({ of, text })),
    limits,
  };
}

function effectJson({ does, on, unit, kinds, when, via, where }: ContractEffect): ContractEffect {
  const place = where && { path: where.path, line: where.line, column: where.column, function: where.function };
  return { does, on, unit, kinds, when, via, where: place };
}

function callerJson({ path, line, column, function: name, how }: ContractCaller): ContractCaller {
  return { path, line, column, function: name, how };
}

function summaryJson(summary: ContractsSummary): unknown {
  const { contracts, files, wrappers, wrapperSites, rounds, unfollowed, functions, read, release } = summary;
  return {
    contracts,
    files,
    wrappers,
    wrapperSites,
    rounds: rounds.map((round) => ({ names: round.names, files: round.files, learnt: round.learnt })),
    unfollowed,
    functions: functionsJson(functions),
    read: { files: read.files, unreadable: read.unreadable.map(unreadJson) },
    release: { value: release.value, detected: release.detected },
  };
}
