import { type DeviceModel, isKnownAsNotPon, LONGEST_NAME } from './catalogue.ts';
import { isSameCpe, normaliseCpe } from './compare-cpe.ts';
import type { Cpe } from './cpe.ts';
import { FASTEST_ACCESS, LOWEST_KBPS, lineRates } from './fields/bandwidth.ts';
import { hasControlCharacter, hasUnsafeCharacter, isBlank } from './fields/characters.ts';
import { parseIpAddress, parseIpv6Address } from './fields/ip-address.ts';
import { parseIpv6Prefix } from './fields/ipv6-prefix.ts';
import { parseMacAddress } from './fields/mac-address.ts';
import type { Parsed } from './fields/parsed.ts';
import { parsePort } from './fields/ports/parse-port.ts';
import type { OltFacts } from './fields/ports/read-port-text.ts';
import { parseAnySerialNumber, parseSerialNumber } from './fields/serial-number.ts';
import { inOneLine, LONGEST_REASON } from './fields/text.ts';
import type { FieldErrorCode } from './problem.ts';
import type { LineFacts } from './ticket.ts';

/** A broken rule at a place inside the CPE, such as `/bandwidth/downKbps`. */
export type FieldError = { pointer: string; code: FieldErrorCode; detail: string };

/**
 * The facts that the rules need. `model`: null where the catalogue has none, undefined before the
 * look-up. `recorded`: the current CPE, where there is one.
 */
export type CpeFacts = Pick<
  LineFacts,
  'accessType' | 'oltManufacturer' | 'oltPorts' | 'allowedPrefixes'
> &
  Partial<Pick<LineFacts, 'unknownModel'>> & {
    model: DeviceModel | null | undefined;
    recorded?: Cpe | null;
  };

/** The OLT as the port is read for it. */
export const oltOf = ({
  oltManufacturer,
  oltPorts,
}: Pick<CpeFacts, 'oltManufacturer' | 'oltPorts'>): OltFacts => ({
  manufacturer: oltManufacturer,
  ports: oltPorts,
});

const controlCharacterDetail = (label: string): string =>
  `Leave characters that control text or change its direction out of the ${label}`;

const textErrors = (
  pointer: string,
  label: string,
  value: string,
  longest: number,
): FieldError[] => {
  if (hasUnsafeCharacter(value))
    return [{ pointer, code: 'control-character', detail: controlCharacterDetail(label) }];
  if (value.trim().length > longest)
    return [
      { pointer, code: 'too-long', detail: `Give the ${label} in at most ${longest} characters` },
    ];
  return [];
};

const nameErrors = (pointer: string, label: string, value: string): FieldError[] =>
  isBlank(value)
    ? [{ pointer, code: 'required', detail: `Give the ${label}` }]
    : textErrors(pointer, label, value, LONGEST_NAME);

/** A model that the catalogue lacks may stay on record: a refresh changes nothing. */
const mayBeUnknown = (cpe: Cpe, facts: CpeFacts): boolean =>
  facts.unknownModel === 'warn' ||
  (!!facts.recorded && isSameCpe(normaliseCpe(cpe, oltOf(facts)), facts.recorded));

const modelErrors = (cpe: Cpe, facts: CpeFacts): FieldError[] => {
  const { model } = facts;
  const errors = [
    ...nameErrors('/manufacturer', 'manufacturer', cpe.manufacturer),
    ...nameErrors('/model', 'model', cpe.model),
  ];
  if (errors.length > 0 || model === undefined) return errors;
  const named = `${cpe.manufacturer.trim()} ${cpe.model.trim()}`;
  if (model === null)
    return mayBeUnknown(cpe, facts)
      ? []
      : [
          {
            pointer: '/model',
            code: 'unknown-model',
            detail: `${named} is not in the device catalogue; choose a model from it, or request this one`,
          },
        ];
  if (model.withdrawn)
    return [
      {
        pointer: '/model',
        code: 'withdrawn-model',
        detail: `${named} is withdrawn; choose a model that is not`,
      },
    ];
  return [];
};

const rateErrors = (
  direction: 'downKbps' | 'upKbps',
  cpe: Cpe,
  { accessType, model }: CpeFacts,
): FieldError[] => {
  const pointer = `/bandwidth/${direction}`;
  const kbps = cpe.bandwidth[direction];
  if (!Number.isSafeInteger(kbps))
    return [{ pointer, code: 'not-whole', detail: 'Give a whole number of kbit/s' }];
  if (kbps < LOWEST_KBPS)
    return [{ pointer, code: 'too-low', detail: `Give at least ${LOWEST_KBPS} kbit/s` }];
  const errors: FieldError[] = [];
  // A line of unknown access type is at most as fast as the fastest access type.
  const fastest = accessType ?? FASTEST_ACCESS;
  const lineRate = lineRates[fastest][direction];
  if (kbps > lineRate)
    errors.push({
      pointer,
      code: 'above-line-rate',
      detail: `${fastest} carries at most ${lineRate} kbit/s here`,
    });
  const modelRate = model?.maxPortKbps;
  if (modelRate && kbps > modelRate)
    errors.push({
      pointer,
      code: 'above-model-rate',
      detail: `The model's fastest port has ${modelRate} kbit/s`,
    });
  return errors;
};

/**
 * Checks one text field that has a parser. Blank breaks `required`, or means unknown where the
 * field is optional.
 */
const parsedErrors = (
  pointer: string,
  value: string | null,
  parse: (text: string) => Parsed<string, FieldErrorCode>,
  required: string | false,
): FieldError[] => {
  if (value === null || value.trim() === '')
    return required ? [{ pointer, code: 'required', detail: `Give the ${required}` }] : [];
  if (hasControlCharacter(value))
    return [{ pointer, code: 'control-character', detail: 'Leave control characters out' }];
  const parsed = parse(value);
  return parsed.ok ? [] : [{ pointer, code: parsed.code, detail: parsed.detail }];
};

/** An IPv6-only CPE has its address in `ipAddress`, so `ipv6Address` is none there. */
const ipv6AddressErrors = (cpe: Cpe, facts: CpeFacts): FieldError[] => {
  const { ipAddress, ipv6Address = null } = cpe;
  const pointer = '/ipv6Address';
  const errors = parsedErrors(
    pointer,
    ipv6Address,
    (text) => parseIpv6Address(text, facts.allowedPrefixes),
    false,
  );
  if (errors.length > 0 || ipv6Address === null || ipv6Address.trim() === '') return errors;
  if (!parseIpv6Address(ipAddress).ok) return [];
  const detail =
    'Give null: ipAddress is an IPv6 address already. Or give the IPv4 address as ipAddress';
  return [{ pointer, code: 'second-ipv6-address', detail }];
};

/**
 * A PON device has a PON serial number. Only a model that is known to be none may have another,
 * also while the model is being looked up.
 */
const serialParserOf = ({ model }: CpeFacts) =>
  model === undefined || isKnownAsNotPon(model) ? parseAnySerialNumber : parseSerialNumber;

/**
 * Every rule that new CPE values break, in the order of the fields. Empty when they may be
 * recorded.
 */
export const cpeErrors = (cpe: Cpe, facts: CpeFacts): FieldError[] => [
  ...modelErrors(cpe, facts),
  ...parsedErrors('/serialNumber', cpe.serialNumber, serialParserOf(facts), false),
  ...parsedErrors('/macAddress', cpe.macAddress, parseMacAddress, false),
  ...parsedErrors(
    '/ipAddress',
    cpe.ipAddress,
    (text) => parseIpAddress(text, facts.allowedPrefixes),
    'IP address',
  ),
  ...ipv6AddressErrors(cpe, facts),
  ...parsedErrors(
    '/ipv6Prefix',
    cpe.ipv6Prefix ?? null,
    (text) => parseIpv6Prefix(text, facts.allowedPrefixes),
    false,
  ),
  ...rateErrors('downKbps', cpe, facts),
  ...rateErrors('upKbps', cpe, facts),
  ...parsedErrors(
    '/port',
    cpe.port,
    (text) => parsePort(text, oltOf(facts), facts.accessType),
    'port',
  ),
];

/** Every rule that a reason breaks. A reason may be absent; one that nobody can read is refused. */
export const reasonErrors = (reason: string | null): FieldError[] => {
  if (reason === null) return [];
  const errors = textErrors('/reason', 'reason', inOneLine(reason), LONGEST_REASON);
  if (errors.length > 0 || !isBlank(reason)) return errors;
  return [
    { pointer: '/reason', code: 'required', detail: 'Give a reason that can be read, or none' },
  ];
};

/**
 * The values to record: canonical spellings, and the catalogue's spelling of manufacturer and
 * model.
 */
export const canonicalCpe = (cpe: Cpe, model: DeviceModel | null, olt?: OltFacts): Cpe => ({
  ...normaliseCpe(cpe, olt),
  ...(model && { manufacturer: model.manufacturer, model: model.model }),
});
