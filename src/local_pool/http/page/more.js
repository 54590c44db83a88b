// How many more are asked for than are shown, while somebody uses a list; and up to how many it grows.
const SPARE = 50, LONGEST = 200;

/** How many of a list are shown, and the button that shows as many again. */
class More {
  total = 0;

  constructor(list, button, atFirst) {
    this.list = list;
    this.button = button;
    this.most = atFirst;
    button.addEventListener("click", () => {
      this.most += this.next;
      poll();
    });
  }

  /** How many to ask for. */
  get wanted() {
    return this.most + (this.isInUse() ? SPARE : 0);
  }

  /** Those to show. While somebody uses the list, nothing falls off its end because of what is new. */
  take(newestFirst, total) {
    const added = Math.min(Math.max(0, total - this.total), SPARE);
    if (this.isInUse() && this.most < LONGEST) this.most += added;
    this.total = total;
    const left = total - this.most;
    this.next = Math.min(left, this.most);
    this.button.hidden = left <= 0;
    setText(this.button, `Show ${number(this.next)} more`);
    return newestFirst.slice(0, this.most);
  }

  isInUse() {
    const selection = getSelection();
    return this.list.contains(document.activeElement)
      || this.list.querySelector("details[open]") !== null
      || (!selection.isCollapsed && this.list.contains(selection.anchorNode));
  }
}

