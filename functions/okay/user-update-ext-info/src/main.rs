fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&okay_user_update_ext_info::OPERATION)
}
