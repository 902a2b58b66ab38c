package manual

import (
	"fmt"
	"strings"
)

func completeBash() string {
	var names, takers []string
	var values strings.Builder
	for _, o := range Options() {
		long, pattern := "--"+o.Long, "--"+o.Long
		if o.Short != "" {
			pattern += "|-" + o.Short
		}
		if o.Arg == "" {
			names = append(names, long)
			continue
		}
		names = append(names, long+"=")
		takers = append(takers, pattern)
		fmt.Fprintf(&values, "\t:%s) %s ;;\n", strings.ReplaceAll(pattern, "|", "|:"), bashValues(o.Kind))
	}
	return script("complete/gm.bash", "@NAMES@", strings.Join(names, " "), "@TAKERS@", strings.Join(takers, " | "),
		"@VALUES@", values.String(), "@TOPICS@", topicNames(), "@VERBS@", verbs)
}

func bashValues(a argument) string {
	switch a {
	case anything:
		return "return"
	case aFile:
		return `reply=$(compgen -f -- "$current")`
	case aHost:
		return `reply=$(_gm_hosts "$1" "$current")`
	}
	return `reply=$(compgen -W '` + string(a) + `' -- "$current")`
}

func completeZsh() string {
	var specs strings.Builder
	var takers []string
	for _, o := range Options() {
		long := "--" + o.Long
		if o.Arg != "" {
			takers = append(takers, long)
			if o.Short != "" {
				takers = append(takers, "-"+o.Short)
			}
			long += "="
		}
		names := "'" + long
		if o.Short != "" {
			short := "-" + o.Short
			if o.Arg != "" {
				short += "+"
			}
			names = fmt.Sprintf("'(-%s --%s)'{%s,%s}'", o.Short, o.Long, short, long)
		}
		fmt.Fprintf(&specs, "\t\t%s[%s]%s' \\\n", names, zshText(o.summary()), zshValues(o))
	}
	return script("complete/gm.zsh", "@SPECS@", specs.String(), "@TOPICS@", topicNames(), "@VERBS@", verbs,
		"@VERBPATTERN@", strings.ReplaceAll(verbs, " ", "|"), "@TAKERS@", strings.Join(takers, "|"))
}

// zshValues returns the part of an option's spec after the description.
func zshValues(o Option) string {
	if o.Arg == "" {
		return ""
	}
	name := zshText(strings.ToLower(o.Arg))
	switch o.Kind {
	case anything:
		return ":" + name + ": "
	case aFile:
		return ":" + name + ":_files"
	case aHost:
		return ":" + name + ":_gm_hosts"
	}
	return ":" + name + ":(" + string(o.Kind) + ")"
}

func zshText(text string) string {
	return strings.NewReplacer("[", `\[`, "]", `\]`, ":", `\:`, "'", `'\''`).Replace(text)
}

func completeFish() string {
	var specs strings.Builder
	var takers []string
	for _, o := range Options() {
		fmt.Fprintf(&specs, "complete -c gm -n __gm_options -l %s", o.Long)
		if o.Short != "" {
			fmt.Fprintf(&specs, " -s %s", o.Short)
		}
		if o.Arg != "" {
			takers = append(takers, "--"+o.Long)
			if o.Short != "" {
				takers = append(takers, "-"+o.Short)
			}
		}
		fmt.Fprintf(&specs, "%s -d '%s'\n", fishValues(o), strings.ReplaceAll(o.summary(), "'", `\'`))
	}
	return script("complete/gm.fish", "@SPECS@\n", specs.String(), "@TAKERS@", strings.Join(takers, " "), "@TOPICS@", topicNames(), "@VERBS@", verbs)
}

// verbs are the first words of command lines that begin no session.
const verbs = "ls attach detach kill doctor"

func fishValues(o Option) string {
	switch {
	case o.Arg == "":
		return " -f"
	case o.Kind == anything:
		return " -x"
	case o.Kind == aFile:
		return " -r -F"
	case o.Kind == aHost:
		return " -x -a '(__gm_hosts)'"
	}
	return " -x -a '" + string(o.Kind) + "'"
}

func topicNames() string {
	var names []string
	for _, t := range topics() {
		names = append(names, t.name)
	}
	return strings.Join(names, " ")
}

// script returns an embedded script with its marks replaced. marks alternates between
// marks and their texts.
func script(name string, marks ...string) string {
	return strings.NewReplacer(marks...).Replace(source(name))
}
