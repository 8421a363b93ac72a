/** The state of a read: its marks, answers and what is selected. It changes only through the commands here. */

import { Signal } from "./signal.js";
import { History } from "./history.js";
import { Places } from "./places.js";
import { newUuid } from "./uuid.js";
import { answerId, contentOf } from "./wire.js";

/** @typedef {import('../types.js').Read} Read */
/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').Answer} Answer */
/** @typedef {import('../types.js').FrameRef} FrameRef */
/**
 * @typedef {object} MarkContent
 * @property {string} shape
 * @property {any} geometry
 * @property {string} [label]
 * @property {Mark["attributes"]} [attributes]
 * @property {string | null} [lesion]
 * @property {Mark["origin"]} [origin]
 */

/** @typedef {Partial<Pick<Mark, "geometry" | "shape" | "label" | "attributes" | "lesion" | "origin" | "is_withdrawn">>} MarkParts */

/**
 * One change of one thing. `before` is null when the thing is new.
 * @typedef {{kind: "annotation", id: string, before: Mark | null, after: Mark}} MarkChange
 * @typedef {{kind: "answer", id: string, before: Answer | null, after: Answer}} AnswerChange
 * @typedef {MarkChange | AnswerChange} Change
 */

/** The answer about the whole case; the others go by their label, and what they are about: see `answerId`. */
export const CASE = "case";

export class ReadStore {
  /** @type {Signal<void>} */
  changed = new Signal();
  /** What must be kept: emitted once for every change, undo and redo included. @type {Signal<Change>} */
  committed = new Signal();

  /** @type {Map<string, Mark>} */
  marks = new Map();
  /** @type {Map<string, Answer>} */
  answers = new Map();
  /** A label was picked, with or without a mark to give it to. @type {Signal<string>} */
  labelChosen = new Signal();
  /** Something that was asked for is not done; why, in words. @type {Signal<string>} */
  declined = new Signal();
  /** @type {string | null} */
  selectedId = null;
  /** The mark that was selected before. @type {string | null} */
  previousId = null;
  isReadOnly;
  #history = new History();

  /** @param {Read} read */
  constructor(read) {
    this.read = read;
    this.places = new Places(read.series);
    this.labels = read.schema.labels;
    this.drawingLabels = this.labels.filter(({ shapes }) => shapes.length > 0);
    this.currentLabel = this.drawingLabels[0]?.key ?? null;
    this.isReadOnly = read.state === "submitted" || !read.is_mine;
    for (const saved of read.annotations) {
      this.marks.set(saved.id, /** @type {Mark} */ (contentOf("annotation", saved)));
    }
    for (const saved of read.answers) {
      this.answers.set(answerId(saved), { value: saved.value, reason: saved.reason });
    }
  }

  /** Marks that are not withdrawn, oldest first. @returns {[string, Mark][]} */
  get liveMarks() {
    return [...this.marks].filter(([, mark]) => !mark.is_withdrawn);
  }

  /** @param {FrameRef | null} ref */
  marksOn(ref) {
    if (!ref) return [];
    const { frame, instance } = ref;
    return this.liveMarks.filter(
      ([, mark]) => mark.frame === frame && mark.sop_instance_uid === instance.sop_instance_uid,
    );
  }

  /** @param {string} key */
  label(key) {
    return this.labels.find((label) => label.key === key);
  }

  /**
   * The label that an answer is about; none for the whole case.
   * @param {string} id
   */
  labelOfAnswer(id) {
    return this.label(id.split("~")[0]);
  }

  /** The selected mark, unless it has been withdrawn. @returns {Mark | null} */
  get selected() {
    const mark = this.selectedId === null ? undefined : this.marks.get(this.selectedId);
    return mark && !mark.is_withdrawn ? mark : null;
  }

  get saysNoFinding() {
    return this.answers.get(CASE)?.value === "absent";
  }

  // -- commands ---------------------------------------------------------------------------------------------

  /**
   * Add a mark, under the current label unless another is named. It contradicts "no finding", which is taken back in
   * the same step.
   * @param {FrameRef} ref
   * @param {MarkContent} content
   * @returns {string | null}
   */
  addMark(ref, content) {
    const [id = null] = this.addMarks([{ ref, ...content }]);
    return id;
  }

  /**
   * Add marks in one step; the last one becomes the selected one.
   * @param {({ref: FrameRef} & MarkContent)[]} contents
   * @returns {string[]}
   */
  addMarks(contents) {
    return this.changeTogether({ added: contents, changed: [] });
  }

  /**
   * Change and add marks in one step; the last one added becomes the selected one.
   * @param {{added: ({ref: FrameRef} & MarkContent)[], changed: {id: string, parts: MarkParts}[]}} wanted
   * @param {string} [mergeKey]
   * @returns {string[]}  the ids of those added
   */
  changeTogether({ added, changed }, mergeKey) {
    if (this.isReadOnly) return [];
    const fresh = added.flatMap((content) => {
      const mark = this.#newMark(content);
      return mark
        ? [{ kind: /** @type {const} */ ("annotation"), id: newUuid(), before: null, after: mark }]
        : [];
    });
    const changes = [
      ...changed.flatMap((each) => this.#changeOf(each)),
      ...fresh,
      ...this.#contradicted(fresh.length),
    ];
    const ids = fresh.map(({ id }) => id);
    if (ids.length) this.#remember(ids[ids.length - 1]);
    if (changes.length) this.#commit(changes, mergeKey);
    return ids;
  }

  /**
   * "No finding" is taken back by a mark.
   * @param {number} count  of new marks
   * @returns {Change[]}
   */
  #contradicted(count) {
    const before = this.answers.get(CASE);
    if (!count || !before || !this.saysNoFinding) return [];
    return [{ kind: "answer", id: CASE, before, after: { value: null, reason: "" } }];
  }

  /**
   * @param {{id: string, parts: MarkParts}} wanted
   * @returns {MarkChange[]}
   */
  #changeOf({ id, parts }) {
    const before = this.marks.get(id);
    return before ? [{ kind: "annotation", id, before, after: { ...before, ...parts } }] : [];
  }

  /**
   * @param {{ref: FrameRef} & MarkContent} content
   * @returns {Mark | null}
   */
  #newMark({
    ref,
    shape,
    geometry,
    label = this.currentLabel,
    attributes = {},
    lesion = null,
    origin = "drawn",
  }) {
    // What was worked out from other pictures has no pixels of its own that a mark could lie on.
    if (label === null || ref.instance.is_resliced) return null;
    return {
      label,
      shape,
      geometry,
      attributes,
      sop_instance_uid: ref.instance.sop_instance_uid,
      frame: ref.frame,
      lesion,
      origin,
      is_withdrawn: false,
    };
  }

  /**
   * @param {string} id
   * @param {MarkParts} parts
   * @param {string} [mergeKey]  changes with the same key that follow each other quickly are one step
   */
  changeMark(id, parts, mergeKey) {
    this.changeMarks([{ id, parts }], mergeKey);
  }

  /**
   * Change several marks in one step.
   * @param {{id: string, parts: MarkParts}[]} wanted
   * @param {string} [mergeKey]
   */
  changeMarks(wanted, mergeKey) {
    this.changeTogether({ added: [], changed: wanted }, mergeKey);
  }

  /**
   * Choose the label to draw with; with a mark selected, also give it and the rest of its lesion that label.
   * @param {string} key
   */
  chooseLabel(key) {
    const label = this.drawingLabels.find((each) => each.key === key);
    if (!label) return;
    this.currentLabel = key;
    const marks =
      this.selectedId !== null && this.selected ? this.marksOfLesion(this.lesionOf(this.selectedId)) : [];
    const others = marks.filter(([, mark]) => mark.label !== key);
    if (marks.some(([, { shape }]) => !label.shapes.includes(shape))) {
      this.declined.emit(`${label.name} is not marked by a shape like this one. The mark keeps its label.`);
    } else if (others.length) {
      // Attributes belong to a label; those of the old one would mean nothing under the new one.
      this.changeMarks(others.map(([id]) => ({ id, parts: { label: key, attributes: {} } })));
    }
    this.labelChosen.emit(key);
    this.changed.emit();
  }

  /**
   * Choose the label of what is drawn next, whatever is selected.
   * @param {string} key
   */
  drawWith(key) {
    this.currentLabel = key;
    this.changed.emit();
  }

  /** @param {string} id */
  withdrawMark(id) {
    this.withdrawMarks([id]);
  }

  /** @param {string[]} ids */
  withdrawMarks(ids) {
    const live = ids.filter((id) => this.marks.get(id)?.is_withdrawn === false);
    if (this.isReadOnly || !live.length) return;
    if (this.selectedId !== null && live.includes(this.selectedId)) this.#remember(null);
    this.changeMarks(live.map((id) => ({ id, parts: { is_withdrawn: true } })));
  }

  /**
   * What names a mark's lesion: what it shares with others, or its own id.
   * @param {string} id
   */
  lesionOf(id) {
    return this.marks.get(id)?.lesion ?? id;
  }

  /**
   * @param {string} lesion
   * @returns {[string, Mark][]}
   */
  marksOfLesion(lesion) {
    return this.liveMarks.filter(([id]) => this.lesionOf(id) === lesion);
  }

  /**
   * Make marks one lesion, with all that belongs to theirs: that of the first one that has any. The marks of one
   * lesion are described together, as the first one is.
   * @param {string[]} ids
   */
  joinLesion(ids) {
    const [first] = ids.map((id) => this.marks.get(id));
    const lesion = ids.map((id) => this.marks.get(id)?.lesion).find(Boolean) ?? newUuid();
    const lesions = new Set(ids.map((id) => this.lesionOf(id)));
    const parts = { lesion, ...(first && { label: first.label, attributes: first.attributes }) };
    const marks = this.liveMarks.filter(([id]) => lesions.has(this.lesionOf(id)));
    this.changeMarks(marks.map(([id]) => ({ id, parts })));
  }

  /**
   * Take marks out of their lesion; together they are one of their own.
   * @param {string[]} ids
   */
  splitLesion(ids) {
    const lesion = newUuid();
    this.changeMarks(ids.map((id) => ({ id, parts: { lesion } })));
  }

  /**
   * Describe a mark and the rest of its lesion.
   * @param {string} id
   * @param {Mark["attributes"]} attributes
   */
  describe(id, attributes) {
    const marks = this.marksOfLesion(this.lesionOf(id));
    this.changeMarks(marks.map(([each]) => ({ id: each, parts: { attributes } })));
  }

  /**
   * @param {string} id  of an answer
   * @param {Answer["value"]} value  null takes the answer back
   */
  setAnswer(id, value) {
    const before = this.answers.get(id) ?? null;
    if (this.isReadOnly || (before?.value ?? null) === value) return;
    this.#commit([{ kind: "answer", id, before, after: { value, reason: before?.reason ?? "" } }]);
  }

  /** @param {string | null} id */
  select(id) {
    if (this.selectedId === id) return;
    this.#remember(id);
    this.changed.emit();
  }

  /** @param {string | null} id  what is selected now */
  #remember(id) {
    if (this.selectedId !== null && this.selectedId !== id) this.previousId = this.selectedId;
    this.selectedId = id;
  }

  undo() {
    this.#replay(this.#history.undo());
  }

  redo() {
    this.#replay(this.#history.redo());
  }

  get canUndo() {
    return !this.isReadOnly && this.#history.canUndo;
  }

  get canRedo() {
    return !this.isReadOnly && this.#history.canRedo;
  }

  /** Nothing can be changed any more, as after submitting. */
  close() {
    this.isReadOnly = true;
    this.changed.emit();
  }

  // -- what comes from elsewhere: the server, or the journal of an earlier visit ---------------------------------

  /**
   * Take over content that is already kept; there is nothing to save and nothing to undo.
   * @param {{kind: "annotation", id: string, content: Mark} | {kind: "answer", id: string, content: Answer}} kept
   */
  adopt(kept) {
    if (kept.kind === "annotation") this.marks.set(kept.id, kept.content);
    else this.answers.set(kept.id, kept.content);
    this.#history.forget(kept.kind, kept.id);
    this.changed.emit();
  }

  /**
   * @param {Change[]} changes
   * @param {string} [mergeKey]
   */
  #commit(changes, mergeKey) {
    this.#history.add(changes, mergeKey);
    this.#replay(changes);
  }

  /** @param {Change[]} changes */
  #replay(changes) {
    for (const change of changes) {
      if (change.kind === "annotation") this.marks.set(change.id, change.after);
      else this.answers.set(change.id, change.after);
    }
    for (const change of changes) this.committed.emit(change);
    if (changes.length) this.changed.emit();
  }
}
