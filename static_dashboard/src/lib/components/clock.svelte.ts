/** The present, to the nearest few seconds, for words such as "in 3 min". */
class Clock {
  now = $state(new Date());

  constructor() {
    setInterval(() => {
      if (!document.hidden) this.now = new Date();
    }, 5_000);
  }
}

export const clock = new Clock();
