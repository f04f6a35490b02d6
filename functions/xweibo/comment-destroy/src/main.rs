fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_comment_destroy::OPERATION)
}
