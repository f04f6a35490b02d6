//! JSON as people read it.

/// JSON with line breaks. All else in it stays as it is: numbers, escapes, the order of names.
pub fn indented(json: &str) -> String {
    let mut text = String::new();
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    };
    let mut signs = json.chars().peekable();
    while let Some(sign) = signs.next() {
        if is_quoted {
            text.push(sign);
            is_quoted = is_escaped || sign != '"';
            is_escaped = sign == '\\' && !is_escaped;
            continue;
        }
        match sign {
            '{' | '[' => {
                text.push(sign);
                depth += 1;
                let end = signs.next_if(|next| matches!(next, '}' | ']'));
                match end {
                    Some(end) => {
                        depth -= 1;
                        text.push(end);
                    }
                    None => line(&mut text, depth),
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth);
                text.push(sign);
            }
            ',' => {
                text.push(sign);
                line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            '"' => {
                is_quoted = true;
                text.push(sign);
            }
            _ => text.push(sign),
        }
    }
    text
}
