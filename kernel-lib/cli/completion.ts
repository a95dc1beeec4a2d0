/** Completion in shells: commands, flags and words by the library, and what it leaves out. */
import { ShellCompDirective } from "@bomb.sh/tab";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

const HELP = `
Examples:
  eval "$(vega-reel complete bash)"   # in ~/.bashrc; it needs the package bash-completion
  eval "$(vega-reel complete zsh)"    # in ~/.zshrc
  vega-reel complete fish | source    # in ~/.config/fish/config.fish`;

/**
 * Adds the command `complete`, which prints a shell's script and answers what that asks.
 *
 * @param program With all its other commands.
 * @param args What was typed, as the two are told apart by that.
 */
export function addCompletion(program: Command, [command, argument]: string[]): void {
  tab(program);
  const complete = program.commands.find((one) => one.name() === "complete")!;
  complete.description("Print the script with which a shell completes what is typed.")
    .addHelpText("after", HELP);
  if (command !== "complete") return;
  if (argument === "--") {
    // The library tells shells not to complete files, whatever is asked. In the scripts that it
    // prints, the same name stands for something else.
    ShellCompDirective.ShellCompDirectiveNoFileComp = ShellCompDirective.ShellCompDirectiveDefault;
  } else if (argument === "bash") {
    // For the same reason; the function is that of the script.
    program.hook("postAction", () => {
      console.log("complete -o default -F __vega_reel_complete vega-reel");
    });
  }
}
