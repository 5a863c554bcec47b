import {
  type Cpe,
  type CpeField,
  type NetworkElement,
  type NetworkElementKind,
  networkElementKinds,
  requiredElementKinds,
} from '@cpe-desk/contract';

/** The operator is changing a stop of the path, or an update of it is not settled yet. */
export type Mark = 'changing' | 'under-way';

/** A stop between OLT and customer. A missing one is needed for an update and not recorded. */
export type PathStop = {
  kind: NetworkElementKind | 'PORT';
  /** The element's name, or the port. */
  name: string;
  /** Manufacturer and model. */
  device: string;
  isMissing: boolean;
  mark: Mark | null;
};

/** What is drawn: the line's elements, and what the operator or an update is doing to the CPE. */
export type PathFacts = {
  elements: readonly NetworkElement[];
  cpe: Cpe | null;
  changing: readonly CpeField[];
  isUnderWay: boolean;
};

const isRequired = (kind: NetworkElementKind): boolean =>
  requiredElementKinds.some((required) => required === kind);

const markOf = (isChanging: boolean, isUnderWay: boolean): Mark | null =>
  isUnderWay ? 'under-way' : isChanging ? 'changing' : null;

/** The path from the OLT over its port to the CPE: what is recorded, and what an update needs. */
export const accessPath = ({ elements, cpe, changing, isUnderWay }: PathFacts): PathStop[] => {
  const stops = networkElementKinds.flatMap((kind): PathStop[] => {
    const found = elements.find((element) => element.kind === kind);
    if (!found && !isRequired(kind)) return [];
    const device = [found?.manufacturer, found?.model].filter(Boolean).join(' ');
    const isChanging = kind === 'CPE' && changing.some((field) => field !== 'port');
    const mark = markOf(isChanging, kind === 'CPE' && isUnderWay);
    return [{ kind, name: found?.name ?? '', device, isMissing: !found, mark }];
  });
  if (!cpe) return stops;
  const [olt, ...others] = stops;
  const mark = markOf(changing.includes('port'), false);
  const port: PathStop = { kind: 'PORT', name: cpe.port, device: '', isMissing: false, mark };
  return olt ? [olt, port, ...others] : [port];
};
